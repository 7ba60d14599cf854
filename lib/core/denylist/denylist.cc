#include "core/denylist/denylist.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/jose/sha256.h"
#include "core/json/json.h"

namespace pamjwt {
namespace {

constexpr std::string_view kHead = R"({"format":1})";
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

/// Reads the members of one line.
class LineReader {
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
    if (name == "before") return ReadTime(name, value, denial_.before.emplace());
    if (name == "since") {
      has_since_ = true;
      return ReadTime(name, value, denial_.since);
    }
    if (name == "iss") return ReadText(name, value, denial_.issuer);
    const std::optional<Denial::Kind> kind = FindKind(name);
    if (!kind.has_value()) return Damaged("member is not known: " + QuoteJson(name));
    if (!denial_.value.empty()) return Damaged("denies two things: " + QuoteJson(name));
    denial_.kind = *kind;
    return ReadText(name, value, denial_.value);
  }

  static Status ReadText(const std::string& name, const Json& value, std::string& out) {
    if (value.AsString() == nullptr || value.AsString()->empty()) {
      return Damaged(name + " must be a string that is not empty");
    }
    out = *value.AsString();
    return Ok();
  }

  static Status ReadTime(const std::string& name, const Json& value, UnixTime& out) {
    if (value.AsInt() == nullptr) return Damaged(name + " must be a time in seconds");
    out = UnixTime{*value.AsInt()};
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

Error AtLine(std::size_t number, const Error& error) {
  return Damaged("line " + std::to_string(number) + ": " + error.detail);
}

std::string FormatLine(const Denial& denial) {
  std::string line = "{";
  if (!denial.issuer.empty()) {
    line += "\"iss\":" + QuoteJson(denial.issuer) + ",";
  }
  line += "\"" + std::string(Name(denial.kind)) + "\":" + QuoteJson(denial.value);
  if (denial.before.has_value()) {
    line += ",\"before\":" + std::to_string(denial.before->seconds);
  }
  return line + ",\"since\":" + std::to_string(denial.since.seconds) + "}\n";
}

bool IsSameThing(const Denial& a, const Denial& b) {
  return a.kind == b.kind && a.issuer == b.issuer && a.value == b.value;
}

bool DeniesAllOf(const Denial& denial, const Denial& other) {
  if (!denial.before.has_value()) return true;
  return other.before.has_value() && *other.before <= *denial.before;
}

/// Of a token that does not say when it was issued, it is not known that it came later.
bool IsBefore(const TokenFacts& token, const Denial& denial) {
  if (!denial.before.has_value() || !token.issued_at.has_value()) return true;
  return *token.issued_at < static_cast<double>(denial.before->seconds);
}

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

Error ToError(const Denial& denial) {
  const bool is_account = denial.kind == Denial::Kind::kAccount;
  std::string detail = std::string(Name(denial.kind)) + " " + QuoteJson(denial.value) +
                       " is denied since " + std::to_string(denial.since.seconds);
  if (denial.before.has_value()) {
    detail += ", if issued before " + std::to_string(denial.before->seconds);
  }
  return {is_account ? Reason::kAccountDenied : Reason::kTokenDenied, std::move(detail)};
}

Result<Denylist> Denylist::Parse(std::string_view text) {
  Denylist list;
  for (std::size_t number = 1; !text.empty() || number == 1; ++number) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return AtLine(number, Damaged("has no end"));
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (number == 1) {
      if (line != kHead) return AtLine(number, Damaged("must be " + std::string(kHead)));
      continue;
    }
    Result<Denial> denial = LineReader().Read(line);
    if (!denial.ok()) return AtLine(number, denial.error());
    list.entries_.push_back(std::move(denial).value());
  }
  return list;
}

std::string Denylist::ToText() const {
  std::string text = std::string(kHead) + "\n";
  for (const Denial& denial : entries_) {
    text += FormatLine(denial);
  }
  return text;
}

bool Denylist::Add(Denial denial) {
  const auto same = std::find_if(entries_.begin(), entries_.end(),
                                 [&](const Denial& entry) { return IsSameThing(entry, denial); });
  if (same == entries_.end()) {
    entries_.push_back(std::move(denial));
    return true;
  }
  if (DeniesAllOf(*same, denial)) return false;
  *same = std::move(denial);
  return true;
}

bool Denylist::Remove(const Denial& denial) {
  return std::erase_if(entries_, [&](const Denial& entry) { return IsSameThing(entry, denial); }) !=
         0;
}

const Denial* Denylist::FindAccount(std::string_view account, const TokenFacts* token) const {
  const auto denies = [&](const Denial& entry) {
    if (entry.kind != Denial::Kind::kAccount || entry.value != account) return false;
    return token == nullptr ? !entry.before.has_value() : IsBefore(*token, entry);
  };
  const auto found = std::find_if(entries_.begin(), entries_.end(), denies);
  return found == entries_.end() ? nullptr : &*found;
}

Result<const Denial*> Denylist::FindToken(const TokenFacts& token) const {
  std::string jti;
  for (const Denial& entry : entries_) {
    if (entry.issuer != token.issuer || !IsBefore(token, entry)) continue;
    if (entry.kind == Denial::Kind::kSubject && entry.value == token.subject) return &entry;
    if (entry.kind == Denial::Kind::kKeyId && entry.value == token.kid) return &entry;
    if (entry.kind != Denial::Kind::kTokenId || token.jti.empty()) continue;
    if (jti.empty()) {
      Result<std::string> name = Sha256Name(token.jti);
      if (!name.ok()) return std::move(name).error();
      jti = std::move(name).value();
    }
    if (entry.value == jti) return &entry;
  }
  return nullptr;
}

}  // namespace pamjwt
