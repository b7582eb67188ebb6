/** What everybody paid in a rally, once it is over: one price, and the difference back. */
import { useQuery } from '@tanstack/react-query';
import { count, points, shortId } from '../figures.js';
import { useMe } from '../me.js';
import { rallyReceiptQuery } from '../queries.js';
import type { Member, RallyReceipt } from '../wire.js';
import { Failure, Skeleton } from './states.js';

function MemberLines(props: { readonly member: Member }) {
  const { member } = props;
  return (
    <dl className="lines mine">
      <dt>You: {count(member.units)} units</dt>
      <dd className="figures">{points(member.pays)} Points paid</dd>
      <dt>Came back</dt>
      <dd className="figures">{points(member.back)} Points</dd>
    </dl>
  );
}

function Mine(props: { readonly id: string }) {
  const account = useMe().me?.account;
  const receipt = useQuery({
    ...rallyReceiptQuery(props.id, account),
    enabled: account !== undefined,
  });
  const member = receipt.data?.members[0];
  return member ? <MemberLines member={member} /> : null;
}

function Told(props: { readonly receipt: RallyReceipt }) {
  const { receipt } = props;
  const sold = receipt.outcome === 'sold';
  return (
    <>
      {sold && (
        <dl className="lines">
          <dt>Price a unit, for everyone</dt>
          <dd className="figures">{points(receipt.price)}</dd>
          <dt>{count(receipt.units)} units came to</dt>
          <dd className="figures">{points(receipt.sum)}</dd>
          <dt>The house took</dt>
          <dd className="figures">{points(receipt.fee)}</dd>
          <dt>The seller got</dt>
          <dd className="figures">{points(receipt.seller_gets)}</dd>
        </dl>
      )}
      {!sold && <p className="quiet">Nothing was sold, and everything went back.</p>}
      {receipt.members.length > 0 && (
        <table className="tape">
          <thead>
            <tr>
              <th scope="col">Member</th>
              <th scope="col" className="end">
                Units
              </th>
              <th scope="col" className="end">
                Paid
              </th>
              <th scope="col" className="end">
                Back
              </th>
            </tr>
          </thead>
          <tbody>
            {receipt.members.map((member) => (
              <tr key={member.account}>
                <td>
                  <code>{shortId(member.account)}</code>
                </td>
                <td className="figures end">{count(member.units)}</td>
                <td className="figures end">{points(member.pays)}</td>
                <td className="figures end">{points(member.back)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {receipt.cursor !== undefined && (
        <p className="quiet">The first {count(receipt.members.length)} who joined.</p>
      )}
    </>
  );
}

export function Receipt(props: { readonly id: string }) {
  const receipt = useQuery(rallyReceiptQuery(props.id));
  return (
    <section className="card pad ticket" aria-labelledby="receipt">
      <h2 id="receipt">Receipt</h2>
      {receipt.isPending && <Skeleton lines={4} height={22} />}
      {receipt.isError && <Failure error={receipt.error} retry={() => void receipt.refetch()} />}
      <Mine id={props.id} />
      {receipt.data && <Told receipt={receipt.data} />}
    </section>
  );
}
