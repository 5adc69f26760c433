/** When something ends that has so many whole days left, in words: `in 5 days`. */
export function inDays(days: number): string {
  if (days < 1) return 'within a day';
  return days === 1 ? 'in 1 day' : `in ${days} days`;
}
