/** How an archive is read: as evidence, or as what a ZIP program made of evidence, to be brought back into its form. */
export type Reading = "evidence" | "rezipped";
