/** What the records of a run have alike unless they say otherwise (contract 1.1). */
/** The run's values, used as defaults for its records. */
export interface RecordDefaults {
  readonly createdAt: string;
  readonly producerVersion: string;
  readonly runId: string;
}
