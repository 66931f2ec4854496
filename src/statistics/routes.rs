//! `/statistics/directory`.

use actix_web::web;

use super::Statistics;
use super::types::DirectoryFigures;
use crate::error::Error;
use crate::http::Operations;
use crate::http::operations::operations;
use crate::identity::guards::CanReadStatistics;

/// The operations of this feature.
pub fn operations() -> Operations {
    operations![directory]
}

/// How the directory stands: members without contacts, contacts by confirmation, what waits, how long decisions took.
#[utoipa::path(get, path = "/api/v1/statistics/directory", tag = "statistics",
    responses((status = 200, body = DirectoryFigures)))]
pub async fn directory(
    _: CanReadStatistics,
    statistics: web::Data<Statistics>,
) -> Result<web::Json<DirectoryFigures>, Error> {
    statistics.directory().await.map(web::Json)
}
