#include "jwt-sso/state/saved_login.h"

#include <array>
#include <cstddef>
#include <limits>
#include <utility>

#include "core/json/json.h"
#include "jwt-sso/state/profile_state.h"

namespace pamjwt::sso {
namespace {

constexpr std::int64_t kVersion = 1;
constexpr std::int64_t kMaxRenewals = 1'000'000'000'000;

// The members, in the order in which they are written.

struct TextMember {
  std::string_view name;
  std::string SavedLogin::*member;
  bool is_needed = false;
};
constexpr std::array<TextMember, 7> kTexts = {{{"issuer", &SavedLogin::issuer, true},
                                               {"client_id", &SavedLogin::client_id, true},
                                               {"subject", &SavedLogin::subject},
                                               {"person", &SavedLogin::person},
                                               {"key", &SavedLogin::key_fingerprint},
                                               {"salt", &SavedLogin::salt},
                                               {"nonce", &SavedLogin::nonce}}};

struct TokenMember {
  std::string_view name;
  SecretString SavedLogin::*member;
};
constexpr std::array<TokenMember, 4> kTokens = {{{"refresh_token", &SavedLogin::refresh_token},
                                                 {"access_token", &SavedLogin::access_token},
                                                 {"id_token", &SavedLogin::id_token},
                                                 {"binding", &SavedLogin::binding}}};

constexpr std::string_view kVersionName = "version";
constexpr std::string_view kDpop = "dpop";
constexpr std::string_view kAccessEnd = "access_end";
constexpr std::string_view kLoggedIn = "logged_in";
constexpr std::string_view kRenewed = "renewed";
constexpr std::string_view kRenewals = "renewals";
constexpr std::string_view kUnanswered = "unanswered";

Error Malformed(std::string why) {
  return {Reason::kMalformed, "the saved login is damaged: " + std::move(why)};
}

Json Number(std::int64_t number) {
  return Json(Json::Value(number));
}

std::string Write(const SavedLogin& login) {
  JsonObject members = {{std::string(kVersionName), Number(kVersion)}};
  const auto add = [&](std::string_view name, std::string_view text) {
    if (!text.empty()) members.emplace_back(name, JsonString(text));
  };
  for (const TextMember& each : kTexts) {
    add(each.name, login.*each.member);
  }
  for (const TokenMember& each : kTokens) {
    add(each.name, (login.*each.member).view());
  }
  members.emplace_back(kDpop, Json(Json::Value(login.dpop)));
  const auto add_time = [&](std::string_view name, std::optional<UnixTime> time) {
    if (time.has_value()) members.emplace_back(name, Number(time->seconds));
  };
  add_time(kAccessEnd, login.access_end);
  members.emplace_back(kLoggedIn, Number(login.logged_in.seconds));
  members.emplace_back(kRenewed, Number(login.renewed.seconds));
  members.emplace_back(kRenewals, Number(login.renewals));
  add_time(kUnanswered, login.unanswered);
  return ToJsonText(Json(std::move(members))) + "\n";
}

/// Reads the members of a login by their types. The first error is kept.
class Reader {
 public:
  explicit Reader(const Json& json) : json_(json) {}

  Result<SavedLogin> Read() {
    // Another version may have other members, so it is looked at first.
    const std::int64_t version = ReadNumber(kVersionName, std::numeric_limits<std::int64_t>::max());
    if (!error_.has_value() && version != kVersion) {
      return Error{Reason::kMalformed, "the saved login has format " + std::to_string(version) +
                                           ", which this version of jwt-sso does not know"};
    }
    for (const TextMember& each : kTexts) {
      login_.*each.member = ReadText(each.name, each.is_needed);
    }
    for (const TokenMember& each : kTokens) {
      login_.*each.member = SecretString(ReadText(each.name, false));
    }
    login_.dpop = ReadFlag(kDpop);
    login_.access_end = ReadTimeIfThere(kAccessEnd);
    login_.logged_in = ReadTime(kLoggedIn);
    login_.renewed = ReadTime(kRenewed);
    login_.renewals = ReadNumber(kRenewals, kMaxRenewals);
    login_.unanswered = ReadTimeIfThere(kUnanswered);
    if (json_.AsObject()->size() != found_) Refuse("a member", "is not known");
    if (error_.has_value()) return *std::move(error_);
    return std::move(login_);
  }

 private:
  void Refuse(std::string_view name, std::string_view problem) {
    if (error_.has_value()) return;
    error_ = Malformed(std::string(name) + " " + std::string(problem));
  }

  const Json* Find(std::string_view name) {
    const Json* const value = json_.Find(name);
    found_ += value == nullptr ? 0 : 1;
    return value;
  }

  std::string_view ReadText(std::string_view name, bool is_needed) {
    const Json* const value = Find(name);
    if (value == nullptr) {
      if (is_needed) Refuse(name, "is absent");
      return "";
    }
    if (value->AsString() == nullptr || value->AsString()->empty()) {
      Refuse(name, "is not a text");
      return "";
    }
    return *value->AsString();
  }

  bool ReadFlag(std::string_view name) {
    const Json* const value = Find(name);
    if (value != nullptr && value->AsBool() != nullptr) return *value->AsBool();
    Refuse(name, "is absent, or neither true nor false");
    return false;
  }

  std::int64_t ReadNumber(std::string_view name, std::int64_t most) {
    const Json* const value = Find(name);
    const std::int64_t* const number = value == nullptr ? nullptr : value->AsInt();
    if (number != nullptr && *number >= 0 && *number <= most) return *number;
    Refuse(name, "is absent, or not a whole number in range");
    return 0;
  }

  UnixTime ReadTime(std::string_view name) {
    return UnixTime{ReadNumber(name, kLastSecond.seconds)};
  }

  std::optional<UnixTime> ReadTimeIfThere(std::string_view name) {
    return json_.Find(name) == nullptr ? std::nullopt : std::optional(ReadTime(name));
  }

  const Json& json_;
  SavedLogin login_;
  std::size_t found_ = 0;  // members of the object that were looked for
  std::optional<Error> error_;
};

}  // namespace

Result<SecretString> FormatSavedLogin(const SavedLogin& login) {
  const std::string text = Write(login);
  const Result<SavedLogin> read = ParseSavedLogin(text);
  if (!read.ok()) return Error{Reason::kInternal, read.error().detail};
  if (Write(read.value()) != text) {
    return Error{Reason::kInternal, "the login would be saved as another"};
  }
  return SecretString(text);
}

Result<SavedLogin> ParseSavedLogin(std::string_view text) {
  const JsonLimits limits{kMaxStateBytes, 1};
  const Result<Json> json = ParseJsonObject(text, limits);
  if (!json.ok()) return Malformed(json.error().detail);
  return Reader(json.value()).Read();
}

}  // namespace pamjwt::sso
