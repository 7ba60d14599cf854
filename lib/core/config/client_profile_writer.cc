#include "core/config/client_profile_writer.h"

#include <cstdint>
#include <vector>

#include "core/config/client_profile_words.h"
#include "core/config/toml_value.h"

namespace pamjwt {
namespace {

std::string ShowKey(const ClientKey& key) {
  switch (key.kind) {
    case ClientKey::Kind::kNew:
      return ShowValue(std::string("new"));
    case ClientKey::Kind::kAgent:
      return ShowValue("agent:" + key.name);
    case ClientKey::Kind::kFile:
      return ShowValue(key.name);
  }
  return "";
}

std::string ShowFlows(const std::vector<ClientFlow>& flows) {
  std::vector<std::string> names;
  names.reserve(flows.size());
  for (const ClientFlow flow : flows) {
    names.push_back(TextOf(kClientFlows, flow));
  }
  return ShowValue(names);
}

std::string ShowPorts(const std::vector<std::uint16_t>& ports) {
  std::string list;
  for (const std::uint16_t port : ports) {
    list += (list.empty() ? "" : ", ") + std::to_string(port);
  }
  return "[" + list + "]";
}

}  // namespace

std::string FormatClientProfile(const ClientProfile& profile) {
  const ClientProfile defaults;
  std::string out;
  const auto add = [&](const std::string& key, const std::string& value,
                       const std::string& default_value) {
    if (value != default_value) out += key + " = " + value + "\n";
  };
  const auto add_text = [&](const std::string& key, const std::string& value) {
    add(key, ShowValue(value), ShowValue(std::string()));
  };
  add_text("issuer", profile.issuer);
  add_text("client_id", profile.client_id);
  add_text("client_secret_file", profile.client_secret_file);
  add("scopes", ShowValue(profile.scopes), ShowValue(defaults.scopes));
  add("token", ShowValue(TextOf(kClientTokens, profile.token)),
      ShowValue(TextOf(kClientTokens, defaults.token)));
  add("use", ShowValue(TextOf(kClientUses, profile.use)),
      ShowValue(TextOf(kClientUses, defaults.use)));
  add_text("resource", profile.resource);
  add("flows", ShowFlows(profile.flows), ShowFlows(defaults.flows));
  add("redirect_ports", ShowPorts(profile.redirect_ports), ShowPorts(defaults.redirect_ports));
  add_text("redirect_uri", profile.redirect_uri);
  add_text("assertion_file", profile.assertion_file);
  add("max_bound_age", ShowValue(profile.max_bound_age), ShowValue(defaults.max_bound_age));
  add("max_binding_age", ShowValue(profile.max_binding_age), ShowValue(defaults.max_binding_age));
  add("key", ShowKey(profile.key), ShowKey(defaults.key));
  add("keep", ShowValue(TextOf(kClientKeeps, profile.keep)),
      ShowValue(TextOf(kClientKeeps, defaults.keep)));
  add_text("ca_file", profile.ca_file);
  add_text("proxy", profile.proxy);
  add("hosts", ShowValue(profile.hosts), ShowValue(defaults.hosts));
  return out;
}

}  // namespace pamjwt
