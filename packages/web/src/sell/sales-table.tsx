/** What the seller gets, by how many join. */
import type { SaleView } from '@fairground/engine';
import { count, points } from '../figures.js';

export function SalesTable(props: { readonly sales: readonly SaleView[] }) {
  const { sales } = props;
  return (
    <div className="table-frame">
      <table className="tape data-table">
        <caption className="hidden">What the seller gets, by how many units are taken</caption>
        <thead>
          <tr>
            <th scope="col">Units</th>
            <th scope="col" className="end">
              Price for all
            </th>
            <th scope="col" className="end">
              House
            </th>
            <th scope="col" className="end">
              Seller gets
            </th>
          </tr>
        </thead>
        <tbody>
          {sales.map((sale) => (
            <tr key={sale.units}>
              <td className="figures">{count(sale.units)}</td>
              <td className="figures end">{points(sale.price)}</td>
              <td className="figures end">{points(sale.fee)}</td>
              <td className="figures end">
                <b>{points(sale.seller_gets)}</b>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
