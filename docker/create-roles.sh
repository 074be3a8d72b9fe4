#!/bin/sh
# Run once by the database's container, when its volume is empty: the owner migrates, the application owns nothing.
set -eu
psql --set ON_ERROR_STOP=1 --no-psqlrc --quiet --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
\set owner_password `cat /run/secrets/owner_password`
\set app_password `cat /run/secrets/app_password`
create role teamhope_owner login password :'owner_password' nosuperuser nobypassrls nocreatedb nocreaterole;
create role teamhope_app login password :'app_password' nosuperuser nobypassrls nocreatedb nocreaterole;
alter database :"DBNAME" owner to teamhope_owner;
revoke all on database :"DBNAME" from public;
grant connect on database :"DBNAME" to teamhope_app;
SQL
