//! `portal audit verify`: the chain of the audit log, of a running portal or of a copy.
//!
//! The database is only read, and its files stay as they are (`db::open_to_inspect`). A wrong key is told apart from a
//! broken chain, since with another key every link looks forged. The exit code says which of the two it is.

use std::path::Path;
use std::process::ExitCode;

use data_encoding::HEXLOWER_PERMISSIVE;

use super::existing;
use crate::app;
use crate::audit::{self, ChainVerdict, Head};
use crate::config::Settings;
use crate::db::{self, Target};
use crate::error::{Error, OrInternal as _};
use crate::key_ring;
use crate::secrets::MasterKey;
use crate::terminal::say;
use crate::time::Clock;

/// The exit code if nothing could be verified: no database, no key, a faulty configuration.
pub(super) const NOT_VERIFIED: u8 = 2;
/// The exit code if the key is not that of the database.
const WRONG_KEY: u8 = 3;

/// Verifies the chain, and that it goes through a link that was kept elsewhere.
///
/// # Errors
/// If it could not be verified.
pub(super) fn verify(settings: &Settings, through: Option<&[String]>) -> Result<ExitCode, Error> {
    let kept = through.map(kept).transpose()?;
    let target = settings.database_target().or_internal()?;
    existing::check(&target)?;
    let mut verdict = look(settings, &target, kept.as_ref())?;
    if matches!(verdict, Some(ChainVerdict::Broken { .. })) && has_log(&target) {
        // A portal that started meanwhile changes the file under a reader that takes it as immutable.
        verdict = look(settings, &target, kept.as_ref())?;
    }
    Ok(match verdict {
        None => {
            say(
                "WRONG KEY: the chain was not verified. The secrets of this database were sealed with another key: is \
                 identity.master_key the one it was sealed with?",
            );
            ExitCode::from(WRONG_KEY)
        }
        Some(ChainVerdict::Whole { head, unsealed }) => {
            say(&format!("whole: {} entries sealed, {unsealed} await their seal", head.position));
            if let Some(kept) = kept {
                say(&format!("it goes through the link that was kept: {} {}", kept.position, kept.hex()));
            }
            say(&format!("end of the chain: {}", head.shown()));
            ExitCode::SUCCESS
        }
        Some(ChainVerdict::Broken { position, fault }) => {
            say(&format!("BROKEN at link {position}: {fault}"));
            ExitCode::FAILURE
        }
    })
}

/// The verdict; none if the key is not that of the database.
fn look(settings: &Settings, target: &Target, kept: Option<&Head>) -> Result<Option<ChainVerdict>, Error> {
    let (master, now) = (MasterKey::existing(&settings.identity)?, Clock::system().now());
    db::open_to_inspect(target)?.transaction_for_read(|conn| match key_ring::look(conn, master)? {
        Some(master) => audit::verify_through(conn, &app::audit_key(&master)?, now, kept).map(Some),
        None => Ok(None),
    })
}

fn has_log(target: &Target) -> bool {
    matches!(target, Target::Sqlite(path) if Path::new(&format!("{path}-wal")).exists())
}

/// The link of `--through POSITION LINK`.
fn kept(words: &[String]) -> Result<Head, Error> {
    let wanted = || Error::internal("--through wants a position and a link of 64 hexadecimal digits, as in the log");
    let [position, link] = words else { return Err(wanted()) };
    let position = position.parse::<i64>().ok().filter(|position| *position > 0).ok_or_else(wanted)?;
    let link = HEXLOWER_PERMISSIVE.decode(link.as_bytes()).ok().filter(|link| link.len() == 32).ok_or_else(wanted)?;
    Ok(Head { position, link })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_link_is_read_as_it_is_printed() {
        let words = |position: &str, link: &str| kept(&[position.to_owned(), link.to_owned()]).ok();
        let head = words("12", &"5A".repeat(32)).unwrap();
        assert_eq!((head.position, head.hex()), (12, "5a".repeat(32)));
        for (position, link) in [("0", "5a".repeat(32)), ("x", "5a".repeat(32)), ("1", "5a".repeat(31))] {
            assert!(words(position, &link).is_none(), "{position} {link}");
        }
    }
}
