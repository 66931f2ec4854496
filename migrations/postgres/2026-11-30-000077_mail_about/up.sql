-- An erasure finds the mails that ask to confirm an address for an account by what they are about, in any state.
CREATE INDEX mail_about ON mail (dedup_key) WHERE dedup_key IS NOT NULL;
