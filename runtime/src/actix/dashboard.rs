use actix_web::dev::{AppService, HttpServiceFactory};
use actix_web::{HttpRequest, web};

use super::answer::{block, respond};
use super::endpoint::Metrics;
use crate::dashboards::{DashboardError, Dashboards};
use crate::http::{Exposition, ScrapeResponse};

impl Metrics {
    /// Serves the [dashboard](Dashboards::service_dashboard) of the service one level below the metrics,
    /// `/metrics/dashboard.json`, for Grafana to import. It is that of the registry which is exposed here.
    ///
    /// It is there for whom the [credentials](Self::credentials) admit, and counts as one of the
    /// [scrapes](Self::max_scrapes) that may be under way.
    ///
    /// ```
    /// use actix_web::App;
    /// use tallymark::dashboards::Dashboards;
    ///
    /// let metrics = tallymark::actix::metrics().dashboard(Dashboards::new("mp-sre-deploy"))?;
    /// let app = move || App::new().service(metrics.clone());
    /// # let _ = app;
    /// # Ok::<(), tallymark::dashboards::DashboardError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Dashboards::service_dashboard`].
    pub fn dashboard(mut self, dashboards: Dashboards) -> Result<Self, DashboardError> {
        // What cannot be written is said now, and not to who asks for it.
        dashboards.check()?;
        self.dashboards = Some(dashboards);
        Ok(self)
    }
}

/// Answers below the path of the metrics.
pub(super) fn register(
    path: &str,
    exposition: Exposition,
    dashboards: Dashboards,
    config: &mut AppService,
) {
    let dashboards = dashboards.registry(exposition.registry.clone());
    let answer = move |request: HttpRequest| {
        let (exposition, dashboards) = (exposition.clone(), dashboards.clone());
        async move {
            let read = move |request: &_| {
                exposition.admit_as_scrape(request, || match dashboards.service_dashboard() {
                    Ok(dashboard) => ScrapeResponse::json(dashboard),
                    Err(error) => ScrapeResponse::text(500, format!("{error}\n")),
                })
            };
            respond(block(&request, read).await)
        }
    };
    web::resource(format!("{path}/dashboard.json")).to(answer).register(config);
}
