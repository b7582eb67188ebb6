/** What all charts share: the words of their axes, and the colours of the theme. */
import { createChart, type IChartApi, type Time, TickMarkType } from 'lightweight-charts';

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const SECOND = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const EXACT = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

const dateOf = (time: Time): Date => new Date(typeof time === 'number' ? time * 1_000 : 0);

function tickWords(time: Time, type: TickMarkType): string {
  if (type === TickMarkType.TimeWithSeconds) return SECOND.format(dateOf(time));
  return (type === TickMarkType.Time ? CLOCK : DAY).format(dateOf(time));
}

export function openChart(box: HTMLElement, format: (value: number) => string): IChartApi {
  return createChart(box, {
    autoSize: true,
    // Its logo comes with an inline style, which a strict CSP forbids: the panel carries the attribution.
    layout: { attributionLogo: false, background: { color: 'transparent' }, fontSize: 12 },
    grid: { vertLines: { visible: false } },
    rightPriceScale: {
      borderVisible: false,
      entireTextOnly: true,
      scaleMargins: { top: 0.16, bottom: 0.1 },
    },
    timeScale: {
      borderVisible: false,
      timeVisible: true,
      rightOffset: 3,
      secondsVisible: true,
      tickMarkFormatter: tickWords,
    },
    localization: {
      priceFormatter: format,
      timeFormatter: (time: Time) => EXACT.format(dateOf(time)),
    },
    handleScroll: { vertTouchDrag: false, mouseWheel: false },
    handleScale: { mouseWheel: false },
  });
}

export const token = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function paintChart(chart: IChartApi): void {
  const ink = token('--muted');
  const line = token('--line');
  chart.applyOptions({
    layout: { textColor: ink, fontFamily: token('--font') },
    grid: { horzLines: { color: line } },
    crosshair: { vertLine: { color: ink }, horzLine: { color: ink } },
  });
}
