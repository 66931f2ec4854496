//! A page whose content is HTML already, in the frame of its reader.
//!
//! Features that keep the content of a page answer it by `Page::show_content`, which comes here for the frame: the kept
//! one of this reader, or a new one. Content is trusted to be HTML; the title and the address are escaped before they
//! stand in it. Left out: pages with scripts of their own and with forms that carry a version, which are rendered as a
//! whole (`answer`).

use std::sync::Arc;

use askama::Template;

use super::frame::{Frame, FrameName, Slot, escaped};
use super::menu;
use super::page::Page;
use crate::error::{Error, OrInternal as _};

/// The layout with marks.
#[derive(Template)]
#[template(path = "frame.html")]
struct Layout<'a> {
    page: &'a Page,
    title: char,
    content: char,
}

impl Page {
    /// The page with content that is HTML already, as the answer to this request. `path` is where the menu finds it:
    /// pages below one place share it.
    pub(super) fn framed(&self, path: &'static str, title: &str, content: &[u8]) -> Result<Vec<u8>, Error> {
        let address = escaped(self.address())?;
        if self.notice().is_some() {
            return Ok(self.frame(path)?.fill(title, content, &address));
        }
        let viewer = self.viewer();
        let name = FrameName {
            reader: viewer.map(|viewer| (viewer.user_id, viewer.name.clone(), viewer.language)),
            zone: self.zone().to_owned(),
            language: self.language(),
            path,
            places: menu::places(viewer).iter().map(|place| place.address).collect(),
            waiting: self.waiting.clone(),
            banner: self.banner.clone(),
            demonstration: self.demonstration(),
            has_scripts: self.has_scripts(),
        };
        let frames = &self.site().frames.0;
        let frame = if let Some(frame) = frames.get(&name) {
            frame
        } else {
            let frame = Arc::new(self.frame(path)?);
            frames.insert(name, Arc::clone(&frame));
            frame
        };
        Ok(frame.fill(title, content, &address))
    }

    /// Renders the frame.
    fn frame(&self, path: &str) -> Result<Frame, Error> {
        let page = self.placed_at(path, &Slot::Address.mark().to_string());
        let layout = Layout { page: &page, title: Slot::Title.mark(), content: Slot::Content.mark() };
        Ok(Frame::read(&layout.render().or_internal()?))
    }
}
