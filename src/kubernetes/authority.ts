import type https from 'node:https';

/** Where the API server is and as whom it is asked. */
export interface Authority {
  readonly server: string;
  /** What a person is told before something is destroyed: context name and server address. */
  readonly description: string;
  /** Adds credentials and trust to a request. Called for each one, because tokens are renewed while we run. */
  readonly authorize: (request: https.RequestOptions) => Promise<void>;
}
