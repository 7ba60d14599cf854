#include "core/denylist/denial.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/denylist/plain_denial.h"
#include "core/jose/sha256.h"
#include "core/json/json.h"

namespace pamjwt {
namespace {

constexpr std::array kKinds = {Denial::Kind::kAccount, Denial::Kind::kSubject,
                               Denial::Kind::kTokenId, Denial::Kind::kKeyId};

Error Damaged(std::string why) {
  return {Reason::kDenylistDamaged, std::move(why)};
}

std::optional<Denial::Kind> FindKind(std::string_view name) {
  const auto* const found = std::find_if(kKinds.begin(), kKinds.end(),
                                         [&](Denial::Kind kind) { return Name(kind) == name; });
  return found == kKinds.end() ? std::nullopt : std::optional(*found);
}

/// Reads a line of the writer. Returns nullopt for any other line, and for one that is damaged.
std::optional<Denial> ReadWritten(std::string_view line) {
  const std::optional<PlainDenial> plain = ReadPlainDenial(line);
  if (!plain.has_value() || plain->value.empty()) return std::nullopt;
  if (std::max(plain->issuer.size(), plain->value.size()) > kMaxDeniedBytes) return std::nullopt;
  const std::optional<Denial::Kind> kind = FindKind(plain->kind);
  const bool is_account = kind == Denial::Kind::kAccount;
  if (!kind.has_value() || is_account != plain->issuer.empty()) return std::nullopt;
  if (kind == Denial::Kind::kTokenId && !IsSha256Name(plain->value)) return std::nullopt;
  return Denial{*kind, std::string(plain->issuer), std::string(plain->value), plain->before,
                plain->since};
}

/// Reads the members of one line.
class DenialReader {
 public:
  Result<Denial> Read(std::string_view line) {
    Result<Json> json = ParseJsonObject(line);
    if (!json.ok()) return Damaged(json.error().detail);
    for (const auto& [name, value] : *json.value().AsObject()) {
      Status read = ReadMember(name, value);
      if (!read.ok()) return std::move(read).error();
    }
    Status complete = CheckComplete();
    if (!complete.ok()) return std::move(complete).error();
    return std::move(denial_);
  }

 private:
  Status ReadMember(const std::string& name, const Json& value) {
    if (name == "before" || name == "since") return ReadTime(name, value);
    const std::optional<Denial::Kind> kind = FindKind(name);
    const bool is_issuer = name == "iss";
    if (!is_issuer && !kind.has_value()) return Damaged("member is not known: " + QuoteJson(name));
    if (!is_issuer && !denial_.value.empty()) {
      return Damaged("denies two things: " + QuoteJson(name));
    }
    if (value.AsString() == nullptr) return Damaged(name + " must be a string");
    const bool is_name = is_issuer || kind == Denial::Kind::kAccount;
    const std::string& text = *value.AsString();
    const Status good = is_name ? CheckDeniedName(text) : CheckDeniedText(text);
    if (!good.ok()) return Damaged(name + " " + good.error().detail);
    (is_issuer ? denial_.issuer : denial_.value) = text;
    denial_.kind = kind.value_or(denial_.kind);
    return Ok();
  }

  Status ReadTime(const std::string& name, const Json& value) {
    if (value.AsInt() == nullptr) return Damaged(name + " must be a time in seconds");
    const UnixTime time{*value.AsInt()};
    if (name == "before") {
      denial_.before = time;
    } else {
      denial_.since = time;
      has_since_ = true;
    }
    return Ok();
  }

  [[nodiscard]] Status CheckComplete() const {
    if (denial_.value.empty()) return Damaged("denies nothing");
    if (!has_since_) return Damaged("has no since");
    const bool is_account = denial_.kind == Denial::Kind::kAccount;
    if (is_account != denial_.issuer.empty()) {
      return Damaged(is_account ? "an account has no iss" : "has no iss");
    }
    if (denial_.kind == Denial::Kind::kTokenId && !IsSha256Name(denial_.value)) {
      return Damaged("jti must be sha256: and 64 hexadecimal digits");
    }
    return Ok();
  }

  Denial denial_;
  bool has_since_ = false;
};

}  // namespace

std::string_view Name(Denial::Kind kind) {
  switch (kind) {
    case Denial::Kind::kAccount:
      return "account";
    case Denial::Kind::kSubject:
      return "sub";
    case Denial::Kind::kTokenId:
      return "jti";
    case Denial::Kind::kKeyId:
      return "kid";
  }
  return "";
}

Result<std::string> TokenIdName(const TokenFacts& token) {
  if (!token.jti_hash.empty() || token.jti.empty()) return token.jti_hash;
  return Sha256Name(token.jti);
}

Status CheckDeniedText(std::string_view text) {
  if (text.empty()) return Damaged("is empty");
  if (text.size() <= kMaxDeniedBytes) return Ok();
  return Damaged("has more than " + std::to_string(kMaxDeniedBytes) + " bytes");
}

Status CheckDeniedName(std::string_view text) {
  constexpr auto kIsControl = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  };
  const bool has_control = std::any_of(text.begin(), text.end(), kIsControl);
  return has_control ? Damaged("has a control character in it") : CheckDeniedText(text);
}

Status CheckDenial(const Denial& denial) {
  std::string line = FormatDenial(denial);
  line.pop_back();
  const Result<Denial> read = ParseDenial(line);
  if (!read.ok()) return read.error();
  return read.value() == denial ? Ok() : Status(Damaged("would be read as something else"));
}

Result<Denial> ParseDenial(std::string_view line) {
  std::optional<Denial> written = ReadWritten(line);
  if (written.has_value()) return *std::move(written);
  return DenialReader().Read(line);
}

std::string DenialPrefix(std::string_view kind, std::string_view issuer, std::string_view value) {
  const std::string quoted_value = QuoteJson(value);
  const std::string quoted_issuer = issuer.empty() ? "" : QuoteJson(issuer);
  std::string prefix;
  prefix.reserve(quoted_issuer.size() + quoted_value.size() + 32);  // with all that stands around
  prefix += '{';
  if (!issuer.empty()) {
    prefix.append("\"iss\":").append(quoted_issuer) += ',';
  }
  prefix.append("\"").append(kind).append("\":").append(quoted_value) += ',';
  return prefix;
}

std::string FormatDenial(const Denial& denial) {
  std::string line = DenialPrefix(Name(denial.kind), denial.issuer, denial.value);
  if (denial.before.has_value()) {
    line += "\"before\":" + std::to_string(denial.before->seconds) + ",";
  }
  return line + "\"since\":" + std::to_string(denial.since.seconds) + "}\n";
}

bool IsSameThing(const Denial& a, const Denial& b) {
  return a.kind == b.kind && a.issuer == b.issuer && a.value == b.value;
}

bool DeniesAllOf(const Denial& denial, const Denial& other) {
  if (!denial.before.has_value()) return true;
  return other.before.has_value() && *other.before <= *denial.before;
}

bool CoversLogin(const Denial& denial, const TokenFacts* token) {
  if (!denial.before.has_value()) return true;
  if (token == nullptr) return false;
  if (!token->issued_at.has_value()) return true;
  return *token->issued_at < static_cast<double>(denial.before->seconds);
}

}  // namespace pamjwt
