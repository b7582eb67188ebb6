/** What a draft would open with: its deposit, its prices, what the first trade would do, or what the seller gets. */
import { type Preview, quoteShown } from '@fairground/engine';
import { parseAmount } from '@fairground/engine';
import { points, priceText, shares } from '../figures.js';
import { useGlobal } from '../hooks.js';
import { Line } from '../parts/about.js';
import { SalesTable } from '../sell/sales-table.js';

const FIRST = '100';
const SHOWN = 12;

function FirstTrade({ shown }: Pick<Preview, 'shown'>) {
  const spend = parseAmount(FIRST);
  if (spend === undefined) return null;
  const { market } = shown;
  const outcome = market.outcomes[0]?.outcome;
  const wish = { type: 'trade', market: market.id, side: 'buy', spend } as const;
  const quote = quoteShown(shown, outcome === undefined ? wish : { ...wish, outcome }, 0);
  if ('kind' in quote) return null;
  return (
    <>
      <Line says={`The first ${FIRST} Points${outcome === undefined ? '' : ` on ${outcome}`} get`}>
        {shares(quote.gets)} shares
      </Line>
      <Line says="and move the price to">{priceText(market.mechanism, quote.price_after)}</Line>
    </>
  );
}

export function MarketPreview(props: { readonly preview: Preview | undefined }) {
  const treasury = useGlobal()?.treasury;
  const { preview } = props;
  if (!preview) return <p className="quiet">This stands here once the draft is whole.</p>;
  const { shown, deposit, sales } = preview;
  const { market } = shown;
  if (sales) return <SalesTable sales={sales} />;
  return (
    <dl className="lines">
      {market.outcomes.slice(0, SHOWN).map(({ outcome, price }) => (
        <Line key={outcome ?? ''} says={outcome ?? 'Price'}>
          {priceText(market.mechanism, price)}
        </Line>
      ))}
      {market.outcomes.length > SHOWN && (
        <Line says="and so on">{market.outcomes.length} outcomes</Line>
      )}
      <Line says="The sponsor puts in">{points(deposit)}</Line>
      {treasury !== undefined && <Line says="The treasury has">{points(treasury)}</Line>}
      <Line says="Fee">{market.fee_bps / 100}%</Line>
      <FirstTrade shown={shown} />
    </dl>
  );
}
