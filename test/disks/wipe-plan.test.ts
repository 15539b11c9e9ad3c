import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LABEL_OFFSETS_BYTES } from '../../src/contract/disk.ts';
import { labelPlaces } from '../../src/disks/label-places.ts';
import { DISCARD_SECONDS } from '../../src/disks/silence.ts';
import { planWipe, type Region } from '../../src/disks/wipe-plan.ts';

const GIBIBYTE = 2 ** 30;
const meets = (a: Region, b: Region): boolean =>
  a.offsetBytes < b.offsetBytes + b.lengthBytes && b.offsetBytes < a.offsetBytes + a.lengthBytes;
const contains = (outer: Region, place: Region): boolean =>
  outer.offsetBytes <= place.offsetBytes &&
  place.offsetBytes + place.lengthBytes <= outer.offsetBytes + outer.lengthBytes;
const anyWipe = fc
  .record({
    sectors: fc.integer({ min: 2048, max: (1200 * GIBIBYTE) / 512 }),
    places: fc.subarray(LABEL_OFFSETS_BYTES),
  })
  .map(({ sectors, places }) => ({
    sizeBytes: sectors * 512,
    places: places.filter((at) => labelPlaces(sectors * 512).includes(at)),
  }))
  .filter(({ places }) => places.length > 0);

it('a wipe keeps the first copy of the label until everything else is done, and covers every place inside the device', () => {
  fc.assert(
    fc.property(anyWipe, ({ sizeBytes, places }) => {
      const [first = 0] = places;
      const { discards, zeros, anchor } = planWipe(sizeBytes, first);
      expect(anchor).toEqual({ offsetBytes: first, lengthBytes: 4096 });
      for (const region of [...discards, ...zeros]) {
        expect(meets(region, anchor)).toBe(false);
        expect(region.lengthBytes).toBeGreaterThan(0);
        expect(region.offsetBytes + region.lengthBytes).toBeLessThanOrEqual(sizeBytes);
      }
      for (const offsetBytes of labelPlaces(sizeBytes)) {
        const place = { offsetBytes, lengthBytes: 4096 };
        expect([...zeros, anchor].some((region) => contains(region, place))).toBe(true);
      }
    }),
  );
});

it('a discard of a device that does 10 MB/s ends in its time, and all pieces together are the device but for the anchor', () => {
  const sizeBytes = 1200 * GIBIBYTE;
  const { discards } = planWipe(sizeBytes, 0);
  for (const { lengthBytes } of discards) expect(lengthBytes / 10e6).toBeLessThan(DISCARD_SECONDS);
  expect(discards.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0)).toBe(sizeBytes - 2 ** 20);
});

it('a signature inside a block is kept with its whole block', () => {
  const { anchor, zeros } = planWipe(10 * GIBIBYTE, 1080);
  expect(anchor).toEqual({ offsetBytes: 0, lengthBytes: 4096 });
  expect(zeros.some((region) => meets(region, anchor))).toBe(false);
});
