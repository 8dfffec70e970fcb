use reqwest::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Certificate, Client, ClientBuilder, Identity, redirect};

use super::super::{RegistryAuth, RegistrySettings};
use super::InvalidRegistrySettings;
use super::address::{Address, base_url, has_credentials, is_loopback, without_credentials};

/// As many steps as browsers go.
const LONGEST_REDIRECTION: usize = 10;

/// The addresses of the settings, each with the client that reaches it.
pub(super) fn addresses(settings: &RegistrySettings) -> Result<Vec<Address>, InvalidRegistrySettings> {
    let bases = settings.urls.iter().map(|url| base_url(url)).collect::<Result<Vec<_>, _>>()?;
    if bases.is_empty() {
        return Err(InvalidRegistrySettings::NoUrl);
    }
    let has_auth = !matches!(settings.auth, RegistryAuth::None);
    if let Some(doubtful) = bases.iter().find(|base| has_auth && has_credentials(base)) {
        return Err(InvalidRegistrySettings::TwoCredentials { url: without_credentials(doubtful).to_string() });
    }
    if let RegistryAuth::Bearer(token) = &settings.auth {
        HeaderValue::from_str(token.expose()).map_err(|_| InvalidRegistrySettings::Token)?;
    }
    let is_guarded = has_auth
        || !settings.headers.is_empty()
        || settings.tls.identity.is_some()
        || bases.iter().any(has_credentials);
    let mut clients = Clients { settings, is_guarded, general: None, direct: None };
    bases.into_iter().map(|base| Ok(Address::new(base.clone(), clients.client_of(is_loopback(&base))?))).collect()
}

/// The clients that have been made so far; each reads the system's certificates, which takes a while.
struct Clients<'a> {
    settings: &'a RegistrySettings,
    is_guarded: bool,
    general: Option<Client>,
    direct: Option<Client>,
}

impl Clients<'_> {
    /// A proxy cannot reach this machine's own loopback address, whatever the environment says.
    fn client_of(&mut self, is_loopback: bool) -> Result<Client, InvalidRegistrySettings> {
        let known = if is_loopback { &mut self.direct } else { &mut self.general };
        match known {
            Some(client) => Ok(client.clone()),
            None => {
                let builder = builder(self.settings, self.is_guarded)?;
                let builder = if is_loopback { builder.no_proxy() } else { builder };
                // Whether the certificate and the key belong together is found out here.
                let refuse = match self.settings.tls.identity {
                    Some(_) => InvalidRegistrySettings::ClientIdentity,
                    None => InvalidRegistrySettings::Client,
                };
                let client = builder.build().map_err(refuse)?;
                Ok(known.insert(client).clone())
            }
        }
    }
}

fn builder(settings: &RegistrySettings, is_guarded: bool) -> Result<ClientBuilder, InvalidRegistrySettings> {
    let mut builder = Client::builder()
        .default_headers(headers(settings)?)
        .timeout(settings.request_timeout)
        .pool_max_idle_per_host(0)
        .redirect(redirection(is_guarded))
        .user_agent(concat!("test-probe/", env!("CARGO_PKG_VERSION")));
    if let Some(pem) = &settings.tls.ca_pem {
        let refuse = InvalidRegistrySettings::CaCertificates;
        let certificates = Certificate::from_pem_bundle(pem).map_err(|error| refuse(Some(error)))?;
        if certificates.is_empty() {
            return Err(refuse(None));
        }
        builder = builder.tls_certs_only(certificates);
    }
    if let Some(identity) = &settings.tls.identity {
        let key = identity.private_key_pem.expose().as_bytes();
        let identity = Identity::from_pkcs8_pem(&identity.certificate_chain_pem, key)
            .map_err(InvalidRegistrySettings::ClientIdentity)?;
        builder = builder.identity(identity);
    }
    Ok(builder)
}

fn headers(settings: &RegistrySettings) -> Result<HeaderMap, InvalidRegistrySettings> {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/vnd.schemaregistry.v1+json, application/json"));
    for (name, value) in &settings.headers {
        let refuse = || InvalidRegistrySettings::Header { name: name.clone() };
        let mut value = HeaderValue::from_str(value.expose()).map_err(|_| refuse())?;
        value.set_sensitive(true);
        headers.insert(HeaderName::from_bytes(name.as_bytes()).map_err(|_| refuse())?, value);
    }
    Ok(headers)
}

/// The client takes the user, the password and the token off a request that it sends on to another host, but neither the
/// further headers nor its certificate. So what has any of these is not sent on there at all.
fn redirection(is_guarded: bool) -> redirect::Policy {
    redirect::Policy::custom(move |attempt| {
        let leaves = attempt.previous().last().is_some_and(|previous| previous.origin() != attempt.url().origin());
        if attempt.previous().len() > LONGEST_REDIRECTION {
            attempt.error("too many redirections")
        } else if is_guarded && leaves {
            attempt.stop()
        } else {
            attempt.follow()
        }
    })
}
