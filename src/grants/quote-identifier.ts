/** Names in the words of findings are quoted by the same rules as in statements. */
export { qualifiedName, quoteIdentifier } from '../report/sql-quoting.ts';
