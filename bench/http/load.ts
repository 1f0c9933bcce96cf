/** Requests to send for a while. */
export interface Load {
  readonly url: string;
  readonly path: string;
  readonly bodies: readonly string[];
  /** What every answer must hold; one without it fails the bench. */
  readonly holds: string;
  readonly connections: number;
  readonly seconds: number;
}

/** What came back. */
export interface LoadAnswer {
  readonly answers: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}
