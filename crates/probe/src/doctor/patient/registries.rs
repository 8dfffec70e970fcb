//! A patient's registries.

use std::collections::BTreeSet;
use std::sync::Arc;

use test_probe_config::WorldKind;
use test_probe_directives::{ClusterName, TopicDirective, without_credentials};
use test_probe_encoding::{BearerTokenSource, SerdesFactory};

use super::{Patient, Tokens};
use crate::doctor::endpoint::Endpoint;
use crate::doctor::round::Round;
use crate::doctor::tls::TlsClient;
use crate::doctor::{Check, Verdict, registry};
use crate::wiring::registry::Whose;
use crate::wiring::tokens::CellToken;
use crate::{explain, wiring};

impl Patient {
    pub(super) async fn look_at_registries(
        &self,
        topics: &[TopicDirective],
        tokens: &mut Tokens,
        round: &mut Round<'_>,
    ) {
        let whose = match self.world.kind {
            WorldKind::Cluster => Whose::Configured,
            WorldKind::Embedded => Whose::Foreign,
        };
        self.look_at_registry(&self.world.schema_registry_url, whose, topics, None, tokens, round).await;
        let described = self.test.clusters.iter();
        let own: BTreeSet<(&str, &ClusterName)> =
            described.filter_map(|cluster| Some((cluster.schema_registry_url.as_deref()?, &cluster.name))).collect();
        for (urls, cluster) in own {
            self.look_at_registry(urls, Whose::Foreign, topics, Some(cluster), tokens, round).await;
        }
    }

    /// Looks at each address of a registry, and then at the subjects of the topics whose registry it is: those on
    /// `cluster`, or else those on a cluster without a registry of its own.
    async fn look_at_registry(
        &self,
        urls: &str,
        whose: Whose,
        topics: &[TopicDirective],
        cluster: Option<&ClusterName>,
        tokens: &mut Tokens,
        round: &mut Round<'_>,
    ) {
        let request = wiring::tokens::of_registry(&self.settings, &self.security.oauth);
        let cell = match request.filter(|_| whose == Whose::Configured) {
            Some(request) => match self.token(&request, tokens, round).await {
                Ok(cell) => Some(cell),
                Err(because) => {
                    round.note_at_once(Check::Registry, shown(urls), Verdict::skipped(because));
                    return;
                }
            },
            None => None,
        };
        let token = || cell.clone().map(|cell| CellToken::source(cell, self.clock));
        let mut answers = false;
        for url in urls.split(',').map(str::trim) {
            answers |= self.look_at_address(url, whose, token(), round).await;
        }
        if !answers {
            return;
        }
        let Ok(client) = wiring::registry::client(&self.settings, urls, whose, token()) else { return };
        let client = Arc::new(client);
        let serdes = SerdesFactory::new(
            Arc::clone(&client) as _,
            self.schemas.clone(),
            wiring::registry::serdes(&self.settings),
            self.clock,
        );
        let has_own =
            |name: &ClusterName| self.test.cluster(name).is_some_and(|cluster| cluster.schema_registry_url.is_some());
        let is_its = |topic: &&TopicDirective| match cluster {
            Some(cluster) => topic.cluster == *cluster,
            None => !has_own(&topic.cluster),
        };
        let mut seen = BTreeSet::new();
        for topic in topics.iter().filter(is_its) {
            let auto_register = self.settings.schema_registry.auto_register;
            for (subject, verdict) in registry::subjects(&client, &serdes, topic, auto_register).await {
                if seen.insert(subject.clone()) {
                    round.note_at_once(Check::Subject, subject, verdict);
                }
            }
        }
    }

    async fn look_at_address(
        &self,
        url: &str,
        whose: Whose,
        token: Option<Arc<dyn BearerTokenSource>>,
        round: &mut Round<'_>,
    ) -> bool {
        let Some((endpoint, is_secure)) = Endpoint::of_url(url) else {
            let fix = "write it such as http://host:8081";
            return round.note_at_once(Check::Registry, shown(url), Verdict::failed("it is no address", fix));
        };
        let tls = match (is_secure, whose) {
            (false, _) => None,
            (true, Whose::Foreign) => Some(TlsClient::of_token_endpoint(None)),
            (true, Whose::Configured) => Some(TlsClient::of_registry(&self.settings.schema_registry.tls)),
        };
        let tls = match tls.transpose() {
            Ok(tls) => tls.map(Arc::new),
            Err(verdict) => return round.note_at_once(Check::Settings, shown(url), verdict),
        };
        if let Err(because) = round.reach(&endpoint, tls.as_ref()).await {
            return round.note_at_once(Check::Registry, shown(url), Verdict::skipped(because));
        }
        match wiring::registry::client(&self.settings, url, whose, token) {
            Ok(client) => round.look(Check::Registry, shown(url), registry::way_in(&client)).await,
            Err(error) => {
                let fix = "correct test-probe.core.schema-registry";
                round.note_at_once(Check::Registry, shown(url), Verdict::failed(explain(&error), fix))
            }
        }
    }
}

/// An address without the credentials that it may carry.
fn shown(url: &str) -> String {
    without_credentials(url).into_owned()
}
