//! What all pages share.

use std::sync::Arc;

use super::assets::Assets;
use super::frame::Frames;
use crate::config;
use crate::error::Error;
use crate::i18n::Catalogue;
use crate::random::Random;
use crate::secrets::TokenKey;
use crate::time::Clock;

/// The parts that every page needs.
pub struct Site {
    /// Texts.
    pub catalogue: Arc<Catalogue>,
    /// Who runs the portal.
    pub community: config::Community,
    /// The address of the portal, as people type it.
    pub public_url: String,
    /// Whether the description of the API is served.
    pub has_docs: bool,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    pub(super) assets: Assets,
    pub(super) frames: Frames,
    /// Seals what pages hand out and get back.
    seal: TokenKey,
}

impl Site {
    /// The site of this community.
    ///
    /// # Errors
    /// Where the assets can't be compressed.
    pub fn new(
        catalogue: Arc<Catalogue>,
        community: config::Community,
        (public_url, has_docs): (String, bool),
        (clock, random): (Clock, Random),
        seal: TokenKey,
    ) -> Result<Self, Error> {
        let (assets, frames) = (Assets::load()?, Frames::default());
        Ok(Self { catalogue, community, public_url, has_docs, clock, random, assets, frames, seal })
    }

    /// Seals what a page hands out, to get it back for the same purpose.
    ///
    /// # Errors
    /// Where the cipher fails.
    pub fn seal(&self, purpose: &str, payload: &[u8]) -> Result<String, Error> {
        self.seal.token(&[purpose.as_bytes()], payload)
    }

    /// What was sealed here for this purpose.
    #[must_use]
    pub fn open(&self, purpose: &str, sealed: &str) -> Option<Vec<u8>> {
        self.seal.open(&[purpose.as_bytes()], sealed)
    }
}
