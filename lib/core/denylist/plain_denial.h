#pragma once

#include <optional>
#include <string_view>

#include "core/base/time.h"

namespace pamjwt {

/// The parts of a line of a denylist. They are views of the line.
struct PlainDenial {
  std::string_view issuer;  ///< empty: the line has no `iss`
  std::string_view kind;    ///< the name of the member that says what is denied
  std::string_view value;   ///< of this member; may be empty
  std::optional<UnixTime> before;
  UnixTime since;
};

/// Reads a line that FormatDenial() wrote, without its newline, if it has only printable ASCII and
/// no backslashes. Returns nullopt for any other line, which the JSON library may understand. Says
/// nothing about whether there is such a kind, and which values it may have.
///
/// Almost all lines of a list are like this, and cost a fraction of what the library takes.
std::optional<PlainDenial> ReadPlainDenial(std::string_view line);

}  // namespace pamjwt
