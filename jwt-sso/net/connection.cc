#include "jwt-sso/net/connection.h"

#include <utility>

#include "jwt-sso/net/flow_choice.h"

namespace pamjwt::sso {

Result<Connection> Connect(const ClientProfile& profile, ClientFlow flow,
                           std::int64_t deadline_ns) {
  Result<Provider> found = Provider::Discover(profile, deadline_ns);
  if (!found.ok()) return std::move(found).error();
  Connection connection{std::move(found).value(), {}};
  if (!MayGiveIdToken(profile, flow)) return connection;
  Result<std::vector<Jwk>> keys = connection.provider.FetchKeys();
  if (!keys.ok()) return std::move(keys).error();
  connection.keys = std::move(keys).value();
  return connection;
}

std::optional<oauth::DpopKey> DpopKeyOf(const LoginKey* key) {
  if (key == nullptr || !key->private_key.has_value()) return std::nullopt;
  const P256Key& signer = *key->private_key;
  return oauth::DpopKey{signer.public_key(),
                        [&signer](ByteView input) { return signer.Sign(input); }};
}

Result<FlowTokens> RunFlow(ClientFlow flow, const FlowContext& context) {
  switch (flow) {
    case ClientFlow::kCode:
      return LoginByCode(context);
    case ClientFlow::kDevice:
      return LoginByDevice(context);
    case ClientFlow::kPaste:
      return LoginByPaste(context);
    case ClientFlow::kClientCredentials:
      return LoginByClientCredentials(context);
    case ClientFlow::kJwtBearer:
      return LoginByJwtBearer(context);
    case ClientFlow::kTokenExchange:
      return LoginByTokenExchange(context);
  }
  return Error{Reason::kInternal, "no flow of this kind"};
}

Error WithClock(Error error, const Provider& provider) {
  const bool is_of_time = error.reason == Reason::kExpired || error.reason == Reason::kNotYetValid;
  if (is_of_time) error.detail += provider.DescribeClock();
  return error;
}

}  // namespace pamjwt::sso
