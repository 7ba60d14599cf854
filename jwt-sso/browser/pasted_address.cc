#include "jwt-sso/browser/pasted_address.h"

#include "jwt-sso/browser/address_query.h"
#include "jwt-sso/browser/silent_line.h"

namespace pamjwt::sso {

Result<SecretString> AskForAddress() {
  const Result<SecretString> line =
      ReadSilentLine("Paste the whole address at which the browser ended (it is not shown): ");
  if (!line.ok()) return line.error();
  if (line.value().empty()) return Error{Reason::kConversation, "no address was pasted"};
  return QueryOfAddress(line.value().view());
}

}  // namespace pamjwt::sso
