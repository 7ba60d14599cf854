#include "core/denylist/denylist.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/utc_time.h"
#include "core/denylist/denial.h"
#include "core/denylist/plain_denial.h"
#include "core/jose/sha256.h"
#include "core/json/json.h"

namespace pamjwt {
namespace {

/// The first lines, by the use of the fleet's list.
constexpr std::array<std::string_view, 3> kHeads = {
    R"({"format":1})", R"({"format":1,"fleet":"warn"})", R"({"format":1,"fleet":"deny"})"};
constexpr std::array kKinds = {Denial::Kind::kAccount, Denial::Kind::kSubject,
                               Denial::Kind::kTokenId, Denial::Kind::kKeyId};

std::string_view HeadOf(FleetUse use) {
  return kHeads.at(static_cast<std::size_t>(use));
}

std::optional<FleetUse> ReadHead(std::string_view line) {
  for (const FleetUse use : {FleetUse::kNone, FleetUse::kWarn, FleetUse::kDeny}) {
    if (line == HeadOf(use)) return use;
  }
  return std::nullopt;
}

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

/// Returns the time for people, or its seconds if it is in no year of four digits.
std::string Show(UnixTime time) {
  std::string text = FormatUtc(time);
  return text.empty() ? std::to_string(time.seconds) : text;
}

}  // namespace

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

Error ToError(const FoundDenial& found) {
  const Denial& denial = found.denial;
  const bool is_account = denial.kind == Denial::Kind::kAccount;
  std::string detail = std::string(Name(denial.kind)) + " " + QuoteJson(denial.value) +
                       " is denied since " + Show(denial.since);
  if (denial.before.has_value()) {
    detail += ", if issued before " + Show(*denial.before);
  }
  if (found.list == DenyingList::kFleet) {
    detail += ", by the list of the fleet";
  }
  return {is_account ? Reason::kAccountDenied : Reason::kTokenDenied, std::move(detail)};
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

Result<Denylist> Denylist::Parse(std::string_view text) {
  Denylist list = ParseReadable(text);
  Status whole = list.CheckWhole();
  if (!whole.ok()) return std::move(whole).error();
  return list;
}

Denylist Denylist::ParseReadable(std::string_view text) {
  Denylist list;
  list.has_head_ = false;
  list.entries_.reserve(text.size() / 128);  // lines have about 100 bytes
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    list.has_end_ = end != std::string_view::npos;
    text.remove_prefix(list.has_end_ ? end + 1 : text.size());
    const std::optional<FleetUse> use = number == 1 ? ReadHead(line) : std::nullopt;
    if (use.has_value()) {
      list.has_head_ = true;
      list.fleet_ = *use;
      continue;
    }
    Result<Denial> denial = ParseDenial(line);
    if (denial.ok()) {
      list.entries_.push_back(std::move(denial).value());
    } else {
      list.damaged_.push_back({list.entries_.size(), std::string(line)});
    }
  }
  return list;
}

std::string Denylist::ToText() const {
  std::string text = has_head_ ? std::string(HeadOf(fleet_)) + "\n" : "";
  auto damaged = damaged_.begin();
  const auto add_damaged = [&](std::size_t behind) {
    for (; damaged != damaged_.end() && damaged->behind <= behind; ++damaged) {
      text += damaged->text + "\n";
    }
  };
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    add_damaged(i);
    text += FormatDenial(entries_[i]);
  }
  add_damaged(entries_.size());
  const bool ends_in_a_line = !text.empty() && !text.ends_with("\n\n");
  if (!has_end_ && ends_in_a_line) text.pop_back();
  return text;
}

Status Denylist::CheckWhole() const {
  if (has_head_ && has_end_ && damaged_.empty()) return Ok();
  const std::vector<DenylistDamage> damage = FindDamage();
  std::string detail = "line " + std::to_string(damage.front().line) + ": " + damage.front().why;
  if (damage.size() > 1) {
    detail += ", and " + std::to_string(damage.size() - 1) + " more";
  }
  return Damaged(std::move(detail));
}

std::vector<DenylistDamage> Denylist::FindDamage() const {
  std::vector<DenylistDamage> damage;
  if (!has_head_) {
    damage.push_back({1, "must be " + std::string(HeadOf(FleetUse::kNone)), ""});
  }
  const std::size_t first = has_head_ ? 2 : 1;
  for (std::size_t i = 0; i < damaged_.size(); ++i) {
    const std::size_t line = first + damaged_[i].behind + i;
    if (line == 1) {
      damage.front().text = damaged_[i].text;  // in place of the head
    } else {
      damage.push_back({line, ParseDenial(damaged_[i].text).error().detail, damaged_[i].text});
    }
  }
  if (!has_end_) {
    const std::size_t last = first + entries_.size() + damaged_.size() - 1;
    damage.push_back({last, "does not end in a newline: lines behind it may be lost", ""});
  }
  return damage;
}

void Denylist::DropDamaged() {
  damaged_.clear();
  has_head_ = true;
  has_end_ = true;
}

bool Denylist::SetFleet(FleetUse use) {
  if (has_head_ && fleet_ == use) return false;
  fleet_ = use;
  has_head_ = true;
  return true;
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
  const std::size_t before = entries_.size();
  for (std::size_t i = 0; i < entries_.size();) {
    if (!IsSameThing(entries_[i], denial)) {
      ++i;
      continue;
    }
    entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(i));
    for (DamagedLine& line : damaged_) {
      if (line.behind > i) --line.behind;
    }
  }
  // If the first line stood behind a line that is gone now, it is the first line again.
  if (!has_head_ && !damaged_.empty() && damaged_.front().behind == 0) {
    const std::optional<FleetUse> use = ReadHead(damaged_.front().text);
    if (use.has_value()) {
      SetFleet(*use);
      damaged_.erase(damaged_.begin());
    }
  }
  return entries_.size() != before;
}

const Denial* Denylist::FindAccount(std::string_view account, const TokenFacts* token) const {
  const auto denies = [&](const Denial& entry) {
    return entry.kind == Denial::Kind::kAccount && entry.value == account &&
           CoversLogin(entry, token);
  };
  const auto found = std::find_if(entries_.begin(), entries_.end(), denies);
  return found == entries_.end() ? nullptr : &*found;
}

Result<const Denial*> Denylist::FindToken(const TokenFacts& token) const {
  std::string jti = token.jti_hash;
  for (const Denial& entry : entries_) {
    if (entry.issuer != token.issuer || !CoversLogin(entry, &token)) continue;
    if (entry.kind == Denial::Kind::kSubject && entry.value == token.subject) return &entry;
    if (entry.kind == Denial::Kind::kKeyId && entry.value == token.kid) return &entry;
    if (entry.kind != Denial::Kind::kTokenId) continue;
    if (jti.empty() && token.jti.empty()) continue;
    if (jti.empty()) {
      Result<std::string> name = Sha256Name(token.jti);
      if (!name.ok()) return std::move(name).error();
      jti = std::move(name).value();
    }
    if (entry.value == jti) return &entry;
  }
  return nullptr;
}

Result<const Denial*> Denylist::Find(std::string_view account, const TokenFacts* token) const {
  const Denial* const by_account = FindAccount(account, token);
  if (by_account != nullptr || token == nullptr) return by_account;
  return FindToken(*token);
}

}  // namespace pamjwt
