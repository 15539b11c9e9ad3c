import { z } from 'zod';
import { parseQuantity } from './quantity.ts';

/** A group of fields that is always there after parsing, filled with the defaults of its fields. */
export const section = <Shape extends z.core.$ZodLooseShape>(shape: Shape, description: string) =>
  z
    .strictObject(shape)
    .describe(description)
    .prefault({} as z.input<z.ZodObject<Shape, z.core.$strict>>);

/** A switch that is off unless the document turns it on. */
export const off = (description: string) => z.boolean().default(false).describe(description);

export const text = (description: string) => z.string().optional().describe(description);

export const port = (description: string) =>
  z
    .int()
    .refine((value) => value >= 1 && value <= 65535, { error: 'must be a port from 1 to 65535' })
    .optional()
    .describe(description);

export const count = (description: string) => z.int().min(0).optional().describe(description);

/** A map whose content belongs to somebody else (Kubernetes, a plugin) and is handed on as it is. */
export const freeMap = (description: string) => z.record(z.string(), z.unknown()).optional().describe(description);

export const textMap = (description: string) => z.record(z.string(), z.string()).default({}).describe(description);

/** A Kubernetes quantity, e.g. 2Gi or 500m. */
export const quantity = (description: string) =>
  z
    .union([z.string(), z.number()])
    .refine((value) => (parseQuantity(value) ?? -1) >= 0, { error: 'must be a quantity, e.g. 2Gi, 500M or 250m' })
    .describe(description);

/** A duration as Go writes it, e.g. 45s or 1h30m. */
export const duration = (description: string) =>
  z
    .string()
    .refine((value) => value === '0' || /^(\d+(\.\d+)?(ns|us|ms|s|m|h))+$/.test(value), {
      error: 'must be a duration, e.g. 45s, 10m or 1h30m',
    })
    .optional()
    .describe(description);

const regularExpressionError = (source: string): string | undefined => {
  try {
    return RegExp(source) && undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : String(error);
  }
};

/** Text that is empty, or a regular expression. */
export const pattern = (description: string) =>
  z
    .string()
    .superRefine((value, context) => {
      const error = regularExpressionError(value);
      if (error !== undefined) context.addIssue({ code: 'custom', message: `is no regular expression: ${error}` });
    })
    .optional()
    .describe(description);
