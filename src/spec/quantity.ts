const BINARY_EXPONENT: Record<string, number> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };
const DECIMAL_EXPONENT: Record<string, number> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE])|[eE]([+-]?\d+))?$/;

/**
 * Reads a Kubernetes quantity: bytes for memory, cores for cpu. `undefined` where the text is no quantity.
 * The grammar is that of Kubernetes' resource.Quantity.
 */
export const parseQuantity = (text: string | number): number | undefined => {
  if (typeof text === 'number') return Number.isFinite(text) ? text : undefined;
  const match = QUANTITY.exec(text);
  if (!match) return undefined;
  const [, digits, suffix = '', exponent] = match;
  const binary = BINARY_EXPONENT[suffix];
  if (binary !== undefined) return Number(digits) * 2 ** binary;
  // Written as text so that 0.1k is 100 and not 100.00000000000001.
  return Number(`${digits}e${exponent ?? DECIMAL_EXPONENT[suffix] ?? 0}`);
};
