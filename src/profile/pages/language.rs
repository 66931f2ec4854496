//! The language of mails, offered at the foot of a page that is read in another one.

use actix_web::web;
use serde::Deserialize;

use super::super::Profiles;
use super::super::types::ChangeMe;
use crate::audit::Trace;
use crate::http::{RequestContext, own_path};
use crate::i18n::Language;
use crate::identity::guards::CurrentUser;
use crate::web::{Notice, Page, PageResult, Posted};

#[derive(Deserialize)]
pub(super) struct Kept {
    language: Language,
    /// The page on which it was chosen.
    #[serde(default)]
    back: String,
}

/// Sends mails in this language from now on.
pub(super) async fn keep(
    user: CurrentUser,
    page: Page,
    profiles: web::Data<Profiles>,
    caller: RequestContext,
    posted: Posted<Kept>,
) -> PageResult {
    let Kept { language, back } = posted.input?;
    let change = ChangeMe { preferred_language: Some(language), ..ChangeMe::default() };
    profiles.change(&user, Trace::from(&caller), change, None).await?;
    let notice = Notice::new("language-kept").with("language", page.words("language", language.as_str()));
    Ok(page.lead_to_with(own_path(&back).unwrap_or("/account"), notice)?.finish())
}
