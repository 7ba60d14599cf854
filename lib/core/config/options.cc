#include "core/config/options.h"

#include <array>
#include <limits>
#include <type_traits>
#include <utility>

namespace pamjwt {
namespace {

constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kDecade = 3650 * kDay;  // no span of time needs more; sums cannot overflow

template <typename T>
std::string Show(const T& value) {
  if constexpr (std::is_same_v<T, std::vector<Condition>> ||
                std::is_same_v<T, std::map<std::string, std::string>>) {
    return "";
  } else {
    return ShowValue(value);
  }
}

/// Reads a setting. There is one function per type, not one per option.
template <typename T>
Status ReadSetting(const TomlFile& file, const toml::node& node, Bounds bounds,
                   Setting<T>& target) {
  Result<T> value = ReadValue<T>(file, node, bounds);
  if (!value.ok()) return std::move(value).error();
  target.value = std::move(value).value();
  target.at = file.At(node);
  return Ok();
}

/// Makes the option `key`, whose value `Member` (a Setting) holds.
template <auto Member, std::int64_t Min = 0, std::int64_t Max = 0, typename Table>
constexpr Option<Table> Make(std::string_view key, bool has_default, const Table* /*type*/) {
  return {key, has_default, [](const Table& table) { return (table.*Member).at; },
          [](const TomlFile& file, const toml::node& node, Table& table) {
            return ReadSetting(file, node, {Min, Max}, table.*Member);
          },
          [](const Table& table) { return Show((table.*Member).value); }};
}

template <typename>
struct TableOf;
template <typename Table, typename T>
struct TableOf<T Table::*> {
  using Type = Table;
};

template <auto Member, std::int64_t Min = 0, std::int64_t Max = 0>
constexpr auto WithDefault(std::string_view key) {
  using Table = typename TableOf<decltype(Member)>::Type;
  return Make<Member, Min, Max>(key, true, static_cast<const Table*>(nullptr));
}

template <auto Member, std::int64_t Min = 0, std::int64_t Max = 0>
constexpr auto WithoutDefault(std::string_view key) {
  using Table = typename TableOf<decltype(Member)>::Type;
  return Make<Member, Min, Max>(key, false, static_cast<const Table*>(nullptr));
}

constexpr std::array kLogin = {
    WithDefault<&LoginOptions::host>("host"),
    WithDefault<&LoginOptions::leeway, 0, 5 * kMinute>("leeway"),
    WithDefault<&LoginOptions::min_uid, 0, std::numeric_limits<std::uint32_t>::max()>("min_uid"),
    WithDefault<&LoginOptions::max_token_bytes, 256, 65536>("max_token_bytes"),
    WithDefault<&LoginOptions::refusal_delay, 0, 30>("refusal_delay"),
};

constexpr std::array kKeys = {
    WithDefault<&KeysOptions::refresh_min, 1, kDay>("refresh_min"),
    WithDefault<&KeysOptions::refresh_max, 1, 30 * kDay>("refresh_max"),
    WithDefault<&KeysOptions::max_stale, kMinute, kDecade>("max_stale"),
    WithDefault<&KeysOptions::cooldown, 1, kHour>("cooldown"),
    WithDefault<&KeysOptions::file, 1>("file"),
    WithDefault<&KeysOptions::public_socket, 1>("public_socket"),
    WithDefault<&KeysOptions::redeem_socket, 1>("redeem_socket"),
    WithDefault<&KeysOptions::metrics_file, 1>("metrics_file"),
};

constexpr std::array kStore = {
    WithDefault<&StoreOptions::url, 1>("url"),
    WithDefault<&StoreOptions::password_file>("password_file"),
};

constexpr std::array kSession = {
    WithDefault<&SessionOptions::end_with_token>("end_with_token"),
    WithDefault<&SessionOptions::record>("record"),
    WithDefault<&SessionOptions::end_denied>("end_denied"),
    WithoutDefault<&SessionOptions::exports, 1>("export"),
};

constexpr std::array kDenylist = {
    WithoutDefault<&DenylistOptions::url, 1>("url"),
    WithoutDefault<&DenylistOptions::keys, 1>("keys"),
    WithDefault<&DenylistOptions::refresh, 5, kDay>("refresh"),
    WithDefault<&DenylistOptions::stale>("stale"),
    WithoutDefault<&DenylistOptions::ca_file, 1>("ca_file"),
    WithoutDefault<&DenylistOptions::proxy, 1>("proxy"),
    WithoutDefault<&DenylistOptions::proxy_password_file, 1>("proxy_password_file"),
    WithDefault<&DenylistOptions::metrics_file, 1>("metrics_file"),
};

constexpr std::array kPrompt = {
    WithoutDefault<&PromptOptions::refusal_delay, 0, 30>("refusal_delay"),
    WithoutDefault<&PromptOptions::parts>("parts"),
};

constexpr std::array kIssuer = {
    WithoutDefault<&Issuer::url, 1>("url"),
    WithoutDefault<&Issuer::audiences>("audiences"),
    WithoutDefault<&Issuer::bound_audiences>("bound_audiences"),
    WithDefault<&Issuer::audience_claim, 1>("audience_claim"),
    WithDefault<&Issuer::services>("services"),
    WithDefault<&Issuer::algorithms>("algorithms"),
    WithDefault<&Issuer::token_types>("token_types"),
    WithDefault<&Issuer::max_token_age, 0, kDecade>("max_token_age"),
    WithDefault<&Issuer::max_auth_age, 0, kDecade>("max_auth_age"),
    WithDefault<&Issuer::max_bound_age, 0, kDecade>("max_bound_age"),
    WithDefault<&Issuer::max_binding_age, 1, kDecade>("max_binding_age"),
    WithoutDefault<&Issuer::key_options>("key_options"),
    WithDefault<&Issuer::one_time>("one_time"),
    WithDefault<&Issuer::require_sub>("require_sub"),
    WithDefault<&Issuer::account_names>("account_names"),
    WithoutDefault<&Issuer::require>("require"),
    WithoutDefault<&Issuer::metadata_url, 1>("metadata_url"),
    WithoutDefault<&Issuer::jwks_uri, 1>("jwks_uri"),
    WithoutDefault<&Issuer::jwks_file, 1>("jwks_file"),
    WithoutDefault<&Issuer::secret_file, 1>("secret_file"),
    WithDefault<&Issuer::key_use>("key_use"),
    WithoutDefault<&Issuer::thumbprints>("thumbprints"),
    WithoutDefault<&Issuer::ca_file, 1>("ca_file"),
    WithoutDefault<&Issuer::bearer_token_file, 1>("bearer_token_file"),
    WithoutDefault<&Issuer::proxy, 1>("proxy"),
    WithoutDefault<&Issuer::proxy_password_file, 1>("proxy_password_file"),
    WithDefault<&Issuer::timeout, 1, kMinute>("timeout"),
};

constexpr std::array kService = {
    WithoutDefault<&ServiceOptions::max_token_age, 0, kDecade>("max_token_age"),
    WithoutDefault<&ServiceOptions::max_auth_age, 0, kDecade>("max_auth_age"),
    WithoutDefault<&ServiceOptions::one_time>("one_time"),
    WithoutDefault<&ServiceOptions::require>("require"),
    WithoutDefault<&ServiceOptions::audiences>("audiences"),
    WithDefault<&ServiceOptions::local_account>("local_account"),
};

/// Collects the descriptions of tables, one behind the other.
class Descriptions {
 public:
  template <typename Table>
  void Add(const std::string& prefix) {
    const Table defaults;
    for (const Option<Table>& option : OptionsOf(defaults)) {
      all_.push_back({prefix + std::string(option.key),
                      option.has_default ? option.show(defaults) : std::string()});
    }
  }

  void AddAccount(const std::string& prefix) {
    for (const OptionDescription& option : DescribeAccountOptions()) {
      all_.push_back({prefix + option.name, option.default_text});
    }
  }

  std::vector<OptionDescription> Take() && { return std::move(all_); }

 private:
  std::vector<OptionDescription> all_;
};

}  // namespace

std::span<const Option<LoginOptions>> OptionsOf(const LoginOptions& /*table*/) {
  return kLogin;
}
std::span<const Option<KeysOptions>> OptionsOf(const KeysOptions& /*table*/) {
  return kKeys;
}
std::span<const Option<StoreOptions>> OptionsOf(const StoreOptions& /*table*/) {
  return kStore;
}
std::span<const Option<SessionOptions>> OptionsOf(const SessionOptions& /*table*/) {
  return kSession;
}
std::span<const Option<DenylistOptions>> OptionsOf(const DenylistOptions& /*table*/) {
  return kDenylist;
}
std::span<const Option<PromptOptions>> OptionsOf(const PromptOptions& /*table*/) {
  return kPrompt;
}
std::span<const Option<Issuer>> OptionsOf(const Issuer& /*table*/) {
  return kIssuer;
}
std::span<const Option<ServiceOptions>> OptionsOf(const ServiceOptions& /*table*/) {
  return kService;
}

std::vector<OptionDescription> DescribeOptions() {
  Descriptions all;
  all.Add<LoginOptions>("login.");
  all.Add<KeysOptions>("keys.");
  all.Add<StoreOptions>("store.");
  all.Add<SessionOptions>("session.");
  all.Add<DenylistOptions>("denylist.");
  all.Add<PromptOptions>("service.SERVICE.");
  all.Add<Issuer>("issuer.NAME.");
  all.AddAccount("issuer.NAME.account.");
  all.Add<ServiceOptions>("issuer.NAME.service.SERVICE.");
  all.AddAccount("issuer.NAME.service.SERVICE.account.");
  return std::move(all).Take();
}

}  // namespace pamjwt
