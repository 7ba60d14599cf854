#include "core/oauth/client_auth.h"

#include "core/ssh/base64.h"

namespace pamjwt::oauth {

Result<ClientAuthMethod> ChooseClientAuth(const Metadata& provider, const Client& client) {
  if (client.secret.empty()) return ClientAuthMethod::kNone;
  if (Offers(provider.client_auth_methods, "client_secret_basic")) return ClientAuthMethod::kBasic;
  if (Offers(provider.client_auth_methods, "client_secret_post")) return ClientAuthMethod::kPost;
  return Error{Reason::kMalformed,
               "the provider takes no client secret, but the profile has a client_secret_file"};
}

void AddClient(Form& form, ClientAuthMethod method, const Client& client) {
  if (method == ClientAuthMethod::kBasic) return;
  form.Add("client_id", client.id);
  if (method == ClientAuthMethod::kPost) form.Add("client_secret", client.secret);
}

SecretString AuthorizationOf(ClientAuthMethod method, const Client& client) {
  if (method != ClientAuthMethod::kBasic) return SecretString();
  SecretString pair = EncodeFormText(client.id);
  pair.Append(":");
  pair.Append(EncodeFormText(client.secret).view());
  SecretString value("Basic ");
  value.Append(EncodeBase64(pair.bytes()));
  return value;
}

}  // namespace pamjwt::oauth
