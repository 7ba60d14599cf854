#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/login/decide.h"
#include "text/text_style.h"

namespace pamjwt::ctl {

/// A step of a decision as it is printed.
struct ExplainedStep {
  std::string step;
  bool ok = false;
  std::string detail;
  std::string rule;  ///< "pam_jwt.toml:31"; empty if no line of the configuration decided
};

/// A decision with all that `explain` says about it.
struct Explanation {
  Reason reason = Reason::kInternal;
  std::string_view pam_code;  ///< the name of the code that the module returns
  std::vector<ExplainedStep> steps;
  std::string detail;  ///< a sentence for the reason; empty if accepted
  std::string rule;    ///< the line that decided; empty if no line did
  std::string issuer;  ///< the name in the configuration; empty if it has no issuer of the token
  std::string shape;   ///< what the text is, if its shape is not a JWT's (WhyNoJwt); for people
  std::string user_message;     ///< what the module tells the user; empty if it says nothing
  std::string key_options;      ///< the options of sshd for an accepted certificate; may be empty
  bool by_certificate = false;  ///< a certificate carries the token; sshd judges the key itself
};

/// Returns "accepted", "refused" or "no_verdict".
std::string_view Verdict(Reason reason);

/// Returns the explanation as one JSON object, and a newline. Its members are documented as stable:
/// later versions may add members, and remove no member.
std::string ToJson(const Explanation& explanation);

/// Returns the explanation as lines for people.
std::string ToText(const Explanation& explanation, const TextStyle& style);

}  // namespace pamjwt::ctl
