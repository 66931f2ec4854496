//! Where a login leads: to the page that was asked for, or back to a form that it interrupted.
//!
//! The fields of that form travel through the pages of the login in one sealed field (`resume`). After the login their
//! owner sees them, and a button sends them again: never by itself, since the person has to see what is done. Another
//! person sees nothing of them, and after two hours they are dropped. They are compressed before they are sealed: six
//! languages of the longest announcement fit into `LARGEST` bytes, whatever the script.
//! A form with a file leads back to its empty page.
//!
//! A person whose role requires a second factor and who has none is led to the security of the own account, which says
//! so and leads on to the page that was asked for.

use std::io::{Read as _, Write as _};
use std::time::Duration;

use actix_web::HttpResponse;
use askama::Template;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::{Deserialize, Serialize};

use super::super::Identity;
use super::super::sessions::Opened;
use super::super::sessions::routes::login_cookies;
use super::{ACCOUNT, SECURITY, with_next};
use crate::db::Id;
use crate::error::{Error, OrInternal as _};
use crate::http::{BodyLimit, LARGEST_FORM, own_path};
use crate::policy::{self, Level, Principal};
use crate::time::Timestamp;
use crate::web::{FormState, Notice, Page, PageResult, Site};

/// What the seal is for.
const PURPOSE: &str = "interrupted form";
/// How long a form is kept.
const LIFE: Duration = Duration::from_hours(2);
/// Most bytes of a sealed form.
const LARGEST: usize = 393_216;
/// Most bytes of a form once it is unpacked: JSON escapes quotes and line breaks, so it is longer than what was sent.
const LARGEST_UNPACKED: usize = 2 * LARGEST_FORM;
/// The greatest body of a page that carries one, with its own fields.
pub(super) const CARRYING: BodyLimit = BodyLimit(LARGEST + 16_384);

/// A form that was sent and not carried out.
#[derive(Serialize, Deserialize)]
pub(super) struct Interrupted {
    at: Timestamp,
    owner: Id,
    /// Where it was sent.
    address: String,
    fields: Vec<(String, String)>,
    /// Whether it had a file, so that nothing of it is kept.
    #[serde(default)]
    has_file: bool,
}

impl Interrupted {
    /// The form that `owner` sent to the address of this page; secrets are left out.
    pub(super) fn new(page: &Page, owner: Id, form: FormState, has_file: bool) -> Self {
        let (at, address) = (page.site().clock.now(), page.address().to_owned());
        Self { at, owner, address, fields: form.into_values(), has_file }
    }

    /// The sealed form; none where it is too large to be carried, or was sent elsewhere.
    ///
    /// # Errors
    /// Where the cipher fails.
    pub(super) fn seal(&self, site: &Site) -> Result<Option<String>, Error> {
        let plain = serde_json::to_vec(self).or_internal()?;
        if plain.len() > LARGEST_UNPACKED || own_path(&self.address).is_none() {
            return Ok(None);
        }
        let sealed = site.seal(PURPOSE, &packed(&plain)?)?;
        Ok((sealed.len() <= LARGEST).then_some(sealed))
    }

    fn open(site: &Site, sealed: &str) -> Option<Self> {
        serde_json::from_slice(&unpacked(&site.open(PURPOSE, sealed)?)?).ok()
    }
}

fn packed(plain: &[u8]) -> Result<Vec<u8>, Error> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(plain).or_internal()?;
    encoder.finish().or_internal()
}

/// What was packed here: only what was sealed here is unpacked. None where it is longer than what is ever sealed.
fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    let (mut plain, bound) = (Vec::new(), u64::try_from(LARGEST_UNPACKED + 1).ok()?);
    DeflateDecoder::new(packed).take(bound).read_to_end(&mut plain).ok()?;
    (plain.len() <= LARGEST_UNPACKED).then_some(plain)
}

/// The page that shows an interrupted form to its owner.
#[derive(Template)]
#[template(path = "identity/resume.html")]
struct ResumePage<'a> {
    page: &'a Page,
    form: &'a Interrupted,
    shown: Vec<Shown<'a>>,
}

/// A field that its owner filled in.
struct Shown<'a> {
    label: String,
    value: &'a str,
}

impl Shown<'_> {
    /// Whether it is a text of several lines.
    fn is_long(&self) -> bool {
        self.value.contains('\n')
    }
}

impl<'a> ResumePage<'a> {
    fn of(page: &'a Page, form: &'a Interrupted) -> Self {
        let filled = form.fields.iter().filter(|(_, value)| !value.is_empty());
        let shown = filled.filter_map(|(name, value)| Some(Shown { label: page.known_label(name)?, value }));
        Self { page, form, shown: shown.collect() }
    }
}

/// Maximum bytes of a field of a login that is shown again.
const MOST_SHOWN: usize = 2_048;

/// The form of a login as it is shown again: with an interrupted form only if its seal is good, and an address only of
/// this portal. Nobody is known yet, so the form is not unpacked: that takes longer than all else of a refused login.
pub(super) fn shown_again(page: &Page, form: FormState) -> FormState {
    let is_sealed = page.site().open(PURPOSE, form.value("resume")).is_some();
    let form = if is_sealed { form } else { form.set("resume", "") };
    let next = own_path(form.value("next")).unwrap_or("/").to_owned();
    form.set("next", next).without_long(MOST_SHOWN, "resume")
}

/// Leads a person who is logged in to the page that was asked for, or to the form that was interrupted.
pub(super) async fn go_on(
    page: Page,
    identity: &Identity,
    opened: &Opened,
    (next, resume): (&str, &str),
) -> PageResult {
    let mut answer = match (Interrupted::open(page.site(), resume), &opened.cookie) {
        (Some(form), Some(cookie)) => {
            let viewer = identity.cookie(cookie, false).await?;
            if form.owner != viewer.user_id {
                page.lead_to("/").finish()
            } else if page.site().clock.now() > form.at.plus(LIFE) {
                page.seen_by(viewer).lead_to_with(next, Notice::new("resume-late"))?.finish()
            } else if form.has_file {
                page.seen_by(viewer).lead_to_with(&form.address, Notice::new("file-again"))?.finish()
            } else {
                let page = page.seen_by(viewer);
                page.show(&ResumePage::of(&page, &form))?
            }
        }
        (None, Some(cookie)) => {
            let person = identity.cookie(cookie, false).await?;
            page.lead_to(&first_page(&person, next)).finish()
        }
        (_, None) => page.lead_to(next).finish(),
    };
    add_cookies(&mut answer, opened)?;
    Ok(answer)
}

/// The page that a person sees first: the one that was asked for, unless a second factor has to be set up before.
fn first_page(viewer: &Principal, next: &str) -> String {
    let lacks_factor = viewer.level == Level::Password && policy::requires_second_factor(&viewer.appointments);
    let is_own = next.strip_prefix(ACCOUNT).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    if lacks_factor && !is_own { with_next(SECURITY, next) } else { next.to_owned() }
}

fn add_cookies(answer: &mut HttpResponse, opened: &Opened) -> Result<(), Error> {
    for cookie in login_cookies(opened) {
        answer.add_cookie(&cookie).or_internal()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_packed_is_unpacked_up_to_its_bound() {
        let longest = vec![b'a'; LARGEST_UNPACKED];
        assert_eq!(unpacked(&packed(&longest).unwrap()).unwrap(), longest);
        let longer = vec![b'a'; 4 * LARGEST_UNPACKED];
        let small = packed(&longer).unwrap();
        assert!(small.len() < LARGEST && unpacked(&small).is_none(), "{} bytes", small.len());
        assert!(unpacked(b"no deflate").is_none());
    }
}
