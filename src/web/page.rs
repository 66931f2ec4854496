//! A request for a page: its reader, its language, its texts. `answer` has what is answered.

use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};

use super::menu::{self, Place};
use super::{BannerSource, Demonstration, MaintenanceBanner, Notice, Site, notice};
use crate::db::Id;
use crate::error::Error;
use crate::http::middleware_settings::RequestId;
use crate::http::problem::Problem;
use crate::http::{AdmissionGate, chosen_language, language};
use crate::i18n::Language;
use crate::members::Titles;
use crate::policy::Principal;
use crate::text;
use crate::time::Timestamp;

/// A request for a page: what a page shows around its content, and the texts in the language of its reader.
pub struct Page {
    site: Data<Site>,
    language: Language,
    /// The language that was chosen on a page.
    chosen: Option<Language>,
    viewer: Option<Arc<Principal>>,
    path: String,
    /// Path and query.
    address: String,
    request_id: String,
    notice: Option<Notice>,
    /// Whether the notice of the request is over with this page: it is shown, or is another person's.
    pub(super) ends_notice: bool,
    /// How many things wait for the viewer, as the menu shows it; empty where nothing does.
    pub(super) waiting: String,
    pub(super) banner: Option<MaintenanceBanner>,
    /// What organisations are called (`organisations`).
    pub(super) titles: Arc<Titles>,
    pub(super) has_scripts: bool,
    /// Whether its scripts may ask the portal.
    pub(super) connects: bool,
    /// Of a demonstration: whether its pages are mirrored.
    demonstration: Option<bool>,
}

/// The number of things that wait, once it was counted for this request (`waiting`).
pub(super) struct CountedWaiting(pub(super) String);

impl FromRequest for Page {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            // The guard leaves the viewer with the request.
            AdmissionGate::wait(&request).await;
            Ok(Self::of(&request)?.counted(&request).await.naming(&request).await.bannered(&request).await)
        })
    }
}

impl Page {
    /// The page that a request asks for, as far as its guard has been asked.
    ///
    /// # Errors
    /// Where the site is not configured.
    pub fn of(request: &HttpRequest) -> Result<Self, Error> {
        let site = request.app_data::<Data<Site>>().ok_or_else(|| Error::internal("no site"))?.clone();
        let viewer = request.extensions().get::<Arc<Principal>>().cloned();
        let request_id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
        let waiting = request.extensions().get::<CountedWaiting>().map(|counted| counted.0.clone()).unwrap_or_default();
        let notice = Notice::of(request, &site, viewer.as_ref().map(|viewer| viewer.user_id));
        let address = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
        Ok(Self {
            language: Self::language_of(request),
            chosen: chosen_language(request),
            path: request.path().to_owned(),
            address,
            request_id,
            ends_notice: notice::is_brought(request) && (notice.is_some() || viewer.is_some()),
            notice,
            viewer,
            waiting,
            banner: None,
            titles: Arc::default(),
            has_scripts: false,
            connects: false,
            demonstration: Demonstration::has(request).then(|| Demonstration::is_mirrored(request)),
            site,
        })
    }

    /// The language of the pages of a request: the choice on a page, then the person's own language where it has texts,
    /// then the browser's.
    #[must_use]
    pub fn language_of(request: &HttpRequest) -> Language {
        let own = || request.extensions().get::<Arc<Principal>>().map(|viewer| viewer.language);
        let asked = language(request);
        chosen_language(request).or_else(own).unwrap_or(asked).catalogue_or(asked)
    }

    /// The same page with the banner of a maintenance, if there is one.
    async fn bannered(mut self, request: &HttpRequest) -> Self {
        if let Some(source) = request.app_data::<Data<BannerSource>>() {
            self.banner = source.current().await;
        }
        self
    }

    /// The banner of the maintenance, if there is one.
    #[must_use]
    pub const fn banner(&self) -> Option<&MaintenanceBanner> {
        self.banner.as_ref()
    }

    /// The same page in another language, where that of its reader is known.
    #[must_use]
    pub fn in_language(mut self, language: Language) -> Self {
        self.language = language.catalogue();
        self
    }

    /// The same page at another path and address, to render what stands around its content.
    pub(super) fn placed_at(&self, path: &str, address: &str) -> Self {
        Self {
            site: self.site.clone(),
            language: self.language,
            chosen: self.chosen,
            viewer: self.viewer.clone(),
            path: path.to_owned(),
            address: address.to_owned(),
            request_id: self.request_id.clone(),
            notice: self.notice.clone(),
            ends_notice: self.ends_notice,
            waiting: self.waiting.clone(),
            banner: self.banner.clone(),
            titles: Arc::clone(&self.titles),
            has_scripts: self.has_scripts,
            connects: self.connects,
            demonstration: self.demonstration,
        }
    }

    /// Whether nothing here is real, and then whether the page is mirrored.
    pub(super) const fn demonstration(&self) -> Option<bool> {
        self.demonstration
    }

    /// The same page, which may load scripts of the portal. Its template names them in the block `scripts`.
    #[must_use]
    pub fn with_scripts(mut self) -> Self {
        self.has_scripts = true;
        self
    }

    /// The same, whose scripts may ask the portal, as one that saves while somebody types.
    #[must_use]
    pub fn with_connections(mut self) -> Self {
        self.connects = true;
        self.with_scripts()
    }

    /// Whether it may load scripts of the portal.
    #[must_use]
    pub const fn has_scripts(&self) -> bool {
        self.has_scripts
    }

    /// The same page as this person sees it, who has just logged in.
    #[must_use]
    pub fn seen_by(mut self, viewer: Arc<Principal>) -> Self {
        self.viewer = Some(viewer);
        self
    }

    /// What all pages share.
    #[must_use]
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// The language of the page.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// Its code, for `lang`.
    #[must_use]
    pub const fn lang(&self) -> &'static str {
        self.language.as_str()
    }

    /// Its direction, for `dir`.
    #[must_use]
    pub const fn direction(&self) -> &'static str {
        if self.is_mirrored() { "rtl" } else { self.language.direction() }
    }

    /// Whether nothing here is real, which every page says.
    #[must_use]
    pub const fn is_demonstration(&self) -> bool {
        self.demonstration.is_some()
    }

    /// Whether the page is mirrored to be looked at.
    #[must_use]
    pub const fn is_mirrored(&self) -> bool {
        matches!(self.demonstration, Some(true))
    }

    /// The name of the community.
    #[must_use]
    pub fn community(&self) -> &str {
        self.site.community.name_in(self.language)
    }

    /// Where people turn with questions; empty where the configuration names no address.
    #[must_use]
    pub fn contact_email(&self) -> &str {
        &self.site.community.contact_email
    }

    /// The person who is logged in.
    #[must_use]
    pub fn viewer(&self) -> Option<&Principal> {
        self.viewer.as_deref()
    }

    /// The name of the time zone in which the page shows times: the viewer's own; UTC where none was chosen.
    #[must_use]
    pub fn zone(&self) -> &str {
        self.viewer().map_or("UTC", |viewer| viewer.zone.name())
    }

    /// The places of the menu.
    #[must_use]
    pub fn places(&self) -> Vec<Place> {
        menu::places(self.viewer())
    }

    /// The value of `aria-current` of a link to this address: `page` on the page itself, `true` below it; empty
    /// elsewhere.
    #[must_use]
    pub fn current(&self, address: &str) -> &'static str {
        menu::current(address, &self.path)
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Its path and query: where the choice of a language leads back to.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The address of a file that pages load.
    #[must_use]
    pub fn asset(&self, name: &str) -> String {
        self.site.assets.address(name)
    }

    /// The other languages, which the head offers.
    pub fn other_languages(&self) -> impl Iterator<Item = &'static Language> {
        Language::WITH_CATALOGUE.iter().filter(|language| **language != self.language)
    }

    /// Whether the viewer reads this page in another language than mails, and may have mails in this one instead. A
    /// person whose language has no catalogue reads pages in another one and chose nothing by that.
    #[must_use]
    pub fn offers_language(&self) -> bool {
        self.viewer().is_some_and(|viewer| viewer.language.has_catalogue() && viewer.language != self.language)
    }

    /// The viewer's own language, for texts that are in more languages than pages: none where the viewer has chosen
    /// another one on a page.
    #[must_use]
    pub fn own_language(&self) -> Option<Language> {
        let own = self.viewer()?.language;
        let is_read = own == self.language || !own.has_catalogue();
        let other = self.chosen.filter(|chosen| own.catalogue() != *chosen);
        (is_read && other.is_none()).then_some(own)
    }

    /// The text of a key.
    #[must_use]
    pub fn text(&self, key: &str) -> String {
        self.text_with(key, &[])
    }

    /// The text of a key with one value.
    #[must_use]
    pub fn say(&self, key: &str, name: &'static str, value: impl Display) -> String {
        self.text_with(key, &[(name, value.to_string())])
    }

    /// The text of a key with several values.
    #[must_use]
    pub fn text_with(&self, key: &str, args: &[(&str, String)]) -> String {
        let mut args = args.to_vec();
        args.push(("community", self.community().to_owned()));
        args.push(("zone", self.zone().to_owned()));
        self.site.catalogue.text(self.language, key, &args)
    }

    /// What a round of a survey is called: the title of the survey, and the day on which the round opens by the clocks
    /// of its zone. So everybody calls it the same.
    #[must_use]
    pub fn round_name(&self, survey: &str, opens_at: Timestamp, zone: &str) -> String {
        let at = opens_at.to_string();
        let survey = text::set_in(self.lang(), survey.to_owned());
        self.text_with("round-name", &[("survey", survey), ("at", at), ("zone_of_round", zone.to_owned())])
    }

    /// The label of a field.
    #[must_use]
    pub fn label(&self, name: &str) -> String {
        self.text(&format!("field-{name}"))
    }

    /// The label of a field, unless it is a hidden one.
    #[must_use]
    pub fn known_label(&self, name: &str) -> Option<String> {
        self.site.catalogue.has(self.language, &format!("field-{name}")).then(|| self.label(name))
    }

    /// A language in its own name.
    #[must_use]
    pub fn language_name(&self, language: &Language) -> String {
        self.site.catalogue.text(*language, "language-itself", &[])
    }

    /// A language as an entry of a list of choices: with a capital, also where its name has none within a sentence.
    #[must_use]
    pub fn language_choice(&self, code: &str) -> String {
        let word = self.words("language", code);
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    }

    /// A code in words, as in `words("role", "ncp")`.
    #[must_use]
    pub fn words(&self, family: &str, code: impl AsRef<str>) -> String {
        self.site.catalogue.words(self.language, family, code.as_ref())
    }

    /// The notice of what was done before.
    #[must_use]
    pub fn notice(&self) -> Option<String> {
        let notice = self.notice.as_ref()?;
        let args: Vec<_> = notice.args.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        Some(self.text_with(&format!("notice-{}", notice.key), &args))
    }

    /// An error in the language of the page.
    #[must_use]
    pub fn problem(&self, error: &Error) -> Problem {
        Problem::new(error, &self.site.catalogue, self.language, &self.request_id)
    }

    /// What to quote when asking for help.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// A new idempotency key for a form that creates or sends something: sent twice, it is carried out once.
    #[must_use]
    pub fn new_key(&self) -> String {
        Id::new(self.site.clock.now(), &self.site.random).to_string()
    }
}
