// Verifies a pack in a browser. Nothing leaves the page.
import { GaitError, verify } from "gait";

const key = document.querySelector<HTMLTextAreaElement>("#key");
const pack = document.querySelector<HTMLInputElement>("#pack");
const shown = document.querySelector("#verdict");

pack?.addEventListener("change", async () => {
  const file = pack.files?.[0];
  if (file !== undefined && shown !== null) shown.textContent = await verdictOn(file, key?.value.trim() ?? "");
});

async function verdictOn(file: File, keyText: string): Promise<string> {
  try {
    const { verdict, reason, findings } = await verify(file, { keys: keyText === "" ? [] : [keyText] });
    const lines = findings.map(({ code, message }) => `  ${code}  ${message}`);
    return [`${verdict}  ${file.name}: ${reason}`, ...lines].join("\n");
  } catch (error) {
    if (!(error instanceof GaitError)) throw error;
    return `${error.code}  ${error.message}`;
  }
}
