/** A PostgreSQL server on loopback, for one test file. */
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SERVERS = "/usr/lib/postgresql";

export interface PostgresServer {
  /** Of a database that nothing else uses. */
  url(database: string): string;
  /** As `psql` prints it, without anything around. */
  ask(database: string, sql: string): string;
  stop(): void;
}

/** Whether it is installed. Where the tests have to be complete, it must be. */
export function hasPostgres(): boolean {
  const is = existsSync(SERVERS) && readdirSync(SERVERS).length > 0;
  if (!is && process.env["CI"] === "true") throw new Error("PostgreSQL is needed (scripts/ci-packages.txt)");
  return is;
}

export async function startPostgres(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), "gait-postgres-"));
  const bin = join(SERVERS, readdirSync(SERVERS).toSorted().at(-1) ?? "", "bin");
  const port = await freePort();
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    const [uid = 0, gid = 0] = ["-u", "-g"].map((flag) =>
      Number(Bun.spawnSync(["id", flag, "postgres"]).stdout.toString()),
    );
    chownSync(folder, uid, gid);
  }
  const run = (...command: string[]): string => {
    // A server refuses to run as root.
    const whole = isRoot ? ["runuser", "-u", "postgres", "--", ...command] : command;
    const env = { PATH: `${bin}:${process.env["PATH"]}`, LC_ALL: "C" };
    const { exitCode, stdout, stderr } = Bun.spawnSync(whole, { cwd: folder, env, stdin: "ignore", timeout: 60_000 });
    if (exitCode !== 0) throw new Error(`${command.join(" ")}: ${stderr.toString().slice(-2000)}`);
    return stdout.toString().trim();
  };
  const data = join(folder, "data");
  const stop = (): void => {
    try {
      run("pg_ctl", "-s", "-m", "immediate", "-D", data, "stop");
    } catch {
      // It did not start.
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    run("initdb", "-E", "UTF8", "-A", "trust", "-N", "-D", data);
    const options = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=off`;
    run("pg_ctl", "-s", "-w", "-D", data, "-l", join(folder, "log"), "-o", options, "start");
  } catch (error) {
    stop();
    throw error;
  }
  const psql = (database: string, sql: string): string =>
    run("psql", "-X", "-q", "-At", "-h", folder, "-p", String(port), "-c", sql, database);
  const user = psql("postgres", "select current_user");
  return {
    url(database) {
      if (psql("postgres", `select 1 from pg_database where datname = '${database}'`) === "")
        psql("postgres", `create database ${database}`);
      return `postgres://${user}:not-asked-for@127.0.0.1:${port}/${database}`;
    },
    ask: psql,
    stop,
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
