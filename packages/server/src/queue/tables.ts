/**
 * The service's own tables, beside those of pg-boss: the secret that signs addresses, the workers and how fast they are,
 * how far the lines are, the clients' quotas, and which jobs have blobs. Created by whoever comes first.
 */
import { randomBytes } from 'node:crypto'
import type { Database } from '../database/database.ts'

/** Any number, the same in every process: only one at a time creates tables, and only one at a time admits jobs. */
export const LOCK = 'select pg_advisory_xact_lock(3141592653)'

/** Creates the tables that are missing, and returns the secret that all servers of this database share. */
export const createTables = (database: Database): Promise<string> =>
  database.transaction(async (query) => {
    await query(LOCK)
    await query(`
      create schema if not exists animegan;
      create table if not exists animegan.setting (name text primary key, value text not null);
      create table if not exists animegan.worker (
        id uuid primary key, rate real not null, job uuid, fraction real not null, seen timestamptz not null);
      create table if not exists animegan.line (name text primary key, begun int not null);
      create table if not exists animegan.quota (
        client text, hour timestamptz, jobs int not null, primary key (client, hour));
      create table if not exists animegan.kept (id uuid primary key, until timestamptz not null);
      create index if not exists kept_until on animegan.kept (until)`)
    await query(`insert into animegan.setting values ('secret', $1) on conflict do nothing`, [
      randomBytes(32).toString('base64url'),
    ])
    const { rows } = await query<{ value: string }>(`select value from animegan.setting where name = 'secret'`)
    return rows[0].value
  })
