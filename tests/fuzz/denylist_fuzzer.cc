#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/denylist/denial.h"
#include "core/denylist/denylist.h"
#include "core/denylist/plain_denial.h"
#include "fuzz/property.h"

namespace pamjwt::test {
namespace {

/// Returns a token that `denial` denies, unless it denies a jti: the file has only the hash of a
/// jti.
TokenFacts TokenDeniedBy(const Denial& denial) {
  TokenFacts token;
  token.issuer = denial.issuer;
  token.subject = denial.value;
  token.kid = denial.value;
  return token;
}

void CheckDenies(const Denylist& list, const Denial& denial) {
  const TokenFacts token = TokenDeniedBy(denial);
  if (denial.kind == Denial::Kind::kAccount) {
    Require(list.FindAccount(denial.value, &token) != nullptr, "an account that stands there");
    Require(denial.before.has_value() || list.FindAccount(denial.value, nullptr) != nullptr,
            "without a token too");
  } else if (denial.kind != Denial::Kind::kTokenId) {
    const Result<const Denial*> found = list.FindToken(token);
    Require(found.ok() && found.value() != nullptr, "a token of what stands there");
  }
}

/// Checks that a list is read back as it was written, with its damage.
void CheckWriter(const Denylist& list) {
  const std::string text = list.ToText();
  const Denylist again = Denylist::ParseReadable(text);
  Require(again.entries() == list.entries(), "the same is denied");
  Require(again.CheckWhole().ok() == list.CheckWhole().ok(), "damage stays");
  Require(again.ToText() == text, "it reads back");
}

/// Checks that the first line can be changed, and that nothing else changes with it.
void CheckFleet(Denylist list) {
  const bool is_whole = list.FindDamage().empty();
  for (const FleetUse use : {FleetUse::kWarn, FleetUse::kDeny, FleetUse::kNone}) {
    list.SetFleet(use);
    CheckWriter(list);
    const Denylist again = Denylist::ParseReadable(list.ToText());
    Require(again.has_head() && again.fleet() == use, "the first line says it");
    Require(!is_whole || again.FindDamage().empty(), "a whole list stays whole");
    Require(!list.SetFleet(use), "what it says is not changed");
  }
}

/// Checks that the good lines of a damaged list can be changed, and that the list stays damaged
/// until the damage is taken out.
void CheckDamaged(Denylist list) {
  const std::size_t good = list.entries().size();
  Require(!list.FindDamage().empty(), "damage can be named");
  const bool is_added = list.Add({Denial::Kind::kAccount, "", "another", {}, UnixTime{1}});
  Require(list.FindAccount("another", nullptr) != nullptr, "a damaged list denies too");
  CheckWriter(list);
  Require(!Denylist::Parse(list.ToText()).ok(), "it is still damaged");
  if (is_added && !list.entries().empty()) {
    list.Remove(list.entries().front());
    CheckWriter(list);
  }
  list.DropDamaged();
  const Result<Denylist> again = Denylist::Parse(list.ToText());
  Require(again.ok(), "without its damage it is whole");
  Require(again.value().entries().size() <= good + 1, "and has nothing new");
}

/// Checks that a list with all denials denies all of them, and that it is empty when all are
/// removed.
void CheckAddAndRemove(const std::vector<Denial>& denials) {
  Denylist list;
  for (const Denial& denial : denials) {
    list.Add(denial);
    CheckDenies(list, denial);
    Require(!list.Add(denial), "what is denied is not denied anew");
  }
  for (const Denial& denial : denials) {
    list.Remove(denial);
    Require(!list.Remove(denial), "what was taken back is gone");
  }
  Require(list.entries().empty(), "nothing is left");
}

/// Checks that a line is read without the JSON library as with it. A blank in front of a line
/// changes nothing but that.
void CheckPlainLine(std::string_view line) {
  if (!ReadPlainDenial(line).has_value()) return;
  const Result<Denial> denial = ParseDenial(line);
  const Result<Denial> with_blank = ParseDenial(" " + std::string(line));
  Require(denial.ok() == with_blank.ok(), "the JSON library understands the same lines");
  if (!denial.ok()) return;
  Require(denial.value() == with_blank.value(), "the JSON library reads the same");
  Require(FormatDenial(denial.value()) == std::string(line) + "\n", "it is a line of the writer");
}

void Check(std::string_view text) {
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    CheckPlainLine(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  const Denylist list = Denylist::ParseReadable(text);
  CheckWriter(list);
  CheckFleet(list);
  const Result<Denylist> strict = Denylist::Parse(text);
  Require(strict.ok() == list.FindDamage().empty(), "strict is what has no damage");
  if (!strict.ok()) {
    Require(strict.error().reason == Reason::kDenylistDamaged, "the reason is damage");
    CheckDamaged(list);
  }
  const std::vector<Denial>& all = list.entries();
  for (const Denial& denial : all) {
    CheckDenies(list, denial);
    Require(CheckDenial(denial).ok(), "what was read could be written");
  }
  // Only some denials are tried, to be quick.
  constexpr std::ptrdiff_t kSome = 32;
  CheckAddAndRemove({all.begin(), all.begin() + std::min<std::ptrdiff_t>(kSome, std::ssize(all))});
}

}  // namespace
}  // namespace pamjwt::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pamjwt::test::Check(pamjwt::AsText({data, size}));
  return 0;
}
