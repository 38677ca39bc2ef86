/** The line that goes under a ticket (contract 1.4): enough to find the runpack and to see that it is the same one. */
export function ticketFooter(runId: string, manifestDigest: string): string {
  return `GAIT run_id=${runId} manifest=sha256:${manifestDigest.toLowerCase()} verify="gait verify ${runId}"`;
}
