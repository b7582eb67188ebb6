/** Whose charts these are: their licence asks for it beside each. */
export const ChartCredit = () => (
  <p className="chart-credit">
    Chart:{' '}
    <a href="https://www.tradingview.com/" rel="noreferrer">
      TradingView Lightweight Charts™
    </a>
  </p>
);
