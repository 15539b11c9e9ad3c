import { z } from 'zod';
import { count, off, section, text, textMap } from './field-kinds.ts';

const cipher = z.enum(['aes', 'aes256k']);

const keyRotation = {
  keyRotationPolicy: text('When keys are made anew.'),
  keyGeneration: count('Generation of the keys; a higher one makes them anew.'),
  keyType: cipher.optional().describe('Type of the keys.'),
};

const cephx = section(
  {
    allowedCiphers: z
      .array(cipher)
      .min(1)
      .optional()
      .describe("Types of keys that the cluster accepts; without it Ceph's default, and aes where a kernel needs it."),
    daemon: section(keyRotation, 'Keys of the daemons.'),
    csi: section(
      { ...keyRotation, keepPriorKeyCountMax: count('Number of older keys that stay valid.') },
      'Keys of the CSI drivers.',
    ),
    rbdMirrorPeer: section(keyRotation, 'Keys of mirroring peers.'),
  },
  "Keys and ciphers of Ceph's authentication.",
);

export const security = section(
  {
    kms: section(
      {
        connectionDetails: textMap('How the key management service is reached.'),
        tokenSecretName: text('Secret with its token.'),
      },
      'Key management service for encrypted OSDs.',
    ),
    keyRotation: section(
      { enabled: off('Whether keys of encrypted OSDs are changed.'), schedule: text('When, as a cron line.') },
      'Change of the keys of encrypted OSDs.',
    ),
    cephx,
  },
  'Keys and encryption.',
);
