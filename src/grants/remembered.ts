/** A pure function that answers each question once. Only for questions that are few, and asked often. */
export function remembered<Key, Answer>(
  answer: (key: Key) => Answer,
  /** So many answers are kept at most, the latest: for large ones that are asked for several times in a row. */
  limit = Infinity,
): (key: Key) => Answer {
  const known = new Map<Key, Answer>();
  return (key) => {
    const kept = known.get(key);
    if (kept !== undefined || known.has(key)) return kept as Answer;
    const found = answer(key);
    known.set(key, found);
    if (known.size > limit) known.delete(known.keys().next().value as Key);
    return found;
  };
}

/** The same for objects, which are held no longer than elsewhere. */
export function rememberedByObject<Key extends object, Answer>(answer: (key: Key) => Answer): (key: Key) => Answer {
  const known = new WeakMap<Key, { readonly answer: Answer }>();
  return (key) => {
    let found = known.get(key);
    if (found === undefined) {
      found = { answer: answer(key) };
      known.set(key, found);
    }
    return found.answer;
  };
}
