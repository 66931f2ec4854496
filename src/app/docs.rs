//! `/docs` and `/openapi.json`: the description of the API, for people and for programs.
//!
//! These files are public, so each is rendered and compressed once in the life of a process ([`Renderings`]).

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use utoipa_swagger_ui::{Config, serve};

use crate::error::{Error, OrInternal as _};
use crate::http::Renderings;
use crate::http::fixed::Fixed;
use crate::openapi;

/// Where the description is.
const DESCRIPTION: &str = "/openapi.json";
/// The number of files, and a few more.
const FILES: usize = 64;

/// What is served here.
pub(super) struct Docs {
    page: Arc<Config<'static>>,
    files: Renderings<Fixed>,
}

impl Default for Docs {
    fn default() -> Self {
        // Hundreds of operations take long to lay out: each group opens at a click.
        let page = Config::from(DESCRIPTION).doc_expansion("none");
        Self { page: Arc::new(page), files: Renderings::new(FILES) }
    }
}

impl Docs {
    /// The file of this name, rendered at the first request.
    async fn file(
        &self,
        name: &str,
        make: impl FnOnce() -> Result<Fixed, Error> + Send + 'static,
    ) -> Result<Fixed, Error> {
        let make = async { tokio::task::spawn_blocking(make).await.or_internal()? };
        self.files.get(name.as_bytes(), make).await
    }
}

/// The routes of this file.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource(DESCRIPTION).route(web::get().to(description)))
        .service(web::resource("/docs/{path:.*}").route(web::get().to(file)));
}

async fn description(docs: web::Data<Docs>, request: HttpRequest) -> Result<HttpResponse, Error> {
    let make = || Fixed::new("application/json", serde_json::to_vec(&openapi::document()).or_internal()?);
    Ok(docs.file(DESCRIPTION, make).await?.respond(&request))
}

async fn file(docs: web::Data<Docs>, request: HttpRequest, path: web::Path<String>) -> Result<HttpResponse, Error> {
    let (path, page) = (path.into_inner(), Arc::clone(&docs.page));
    // An unknown name is answered at once, so that invented names do not fill the queue of renderings.
    let found = serve(&path, page).map_err(|error| Error::internal(error.to_string()))?.ok_or_else(Error::not_found)?;
    let make = move || Fixed::new(&found.content_type, found.bytes.into_owned());
    Ok(docs.file(&path, make).await?.respond(&request))
}
