#pragma once

#include "net/whole_answer.hpp"

namespace ddx::auth {

/// One exchange with a platform, the way that the user's git settings go (proxies, authorities,
/// certificates). Their extra headers stay out of it, as one may be another login. \throws as `net::exchange`
[[nodiscard]] net::WholeAnswer ask(net::HttpRequest& request, Host& host,
                                   const net::HttpTimeouts& timeouts = {});

}  // namespace ddx::auth
