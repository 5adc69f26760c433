// Loaded with --import: a wall clock that jumps by up to a day, back and forth, at every look. Timers and
// performance.now() go by the monotonic clock, as they do when a machine's clock is set.
const real = Date.now;
let looks = 0;
const jumped = () => real() + (++looks % 2 === 0 ? -1 : 1) * ((looks * 7_919_000) % 86_400_000);
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(jumped());
    else super(...args);
  }
  static now() {
    return jumped();
  }
};
