/** A font file in the executable: its path, as `with { type: "file" }` gives it. */
declare module "*.ttf" {
  const path: string;
  export = path;
}

declare module "*.woff" {
  const path: string;
  export = path;
}
