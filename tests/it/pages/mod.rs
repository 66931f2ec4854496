//! Stories about pages, each told with a browser that checks every page it opens (`support::browser`).

mod account;
mod administration;
mod announcements;
mod authoring;
mod care;
mod choices;
mod directory;
mod errors;
mod forged;
mod imports;
mod interrupted;
mod layer;
mod letters;
mod links;
mod login;
mod mail_settings;
mod mailed_addresses;
mod outcomes;
mod payloads;
mod people;
mod proofs;
mod responses;
mod rights;
mod security;
mod waiting;
