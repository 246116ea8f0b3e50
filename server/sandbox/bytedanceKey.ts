/**
 * The private key of the sandbox's ByteDance app: base64 of PKCS#8. It is fixed, because all processes need the same, and protects nothing:
 * the sandbox is open to anyone.
 */
export const sandboxPrivateKey = [
  'MIIEowIBAAKCAQEAzK08dY0JxoASNUbvbpOEePWG7fT7vq1MvXn1pb+ha4+YO4mjruzmXLLiKkqO+8TVz2DGTnwkI6d6W+qlzqUVLJthAYAdMdJ3StsfkV',
  'KFkzBUfFXfsWs60tiKijzRI0aYJ98AvC9WKVpqXx9bCmCeRd7JbXWhKqbbhNm/baDroNVirEzIEH7V0KJVXKl5p1I2TwYkqKUHtj72bmDA1GaDWC18fVbL',
  'VIEXF6nNKOTUdZJEDr3OhgkB87wAPOb1x1kfsPpLjNxn4GnixxwNoDIFXMjtRaKzf7qBf27XGW1MtLYZoDcHjQ/I5tYZsnzSbrku21zp8dfyu5kBnff7s5',
  'XdDwIDAQABAoIBABlXMW8UYSt0W8zA1ZAJL5OSQnxfonN/HUswOFunGCMrChwE9IEJz5OWii3WQVGmkxozzxmUgRzw9VM///tPsQluy1nWNMcgWaio7IWf',
  'g+4vQ6aJM0LSFdxY9v4afYIykVAOahbifXZtPVI9nZXxVGcuKB4nPCb9tZwDIZI/JC0rRW/dgWsDl8SSAJ1TZvryiRfSYg7mhen26UbcNtns2J+Aws+A9G',
  'aBqpljqvLq9pp3aTyhPA8jE6EDD9Bbuh7N9A66pnQlGaEAo8e3hyLWyVEu4wk7uXM6AWxDUDPPAB7FSpXUnCKtQPXG2c6lhJGNLhMkTq29YkdtGFrgADLu',
  'LZECgYEA7JqrfUD9X9fztRUfGz/of+xrmcH+Q73smjKd3jLYITmZ18L4OxRjzOk2lmVJs5lGNX5rSKuJspJpgAM+ZJ2SaYNfELIk5UuSSH0eNeNE/8u+tM',
  'R+lfraVmP6w8jHldTmBdgnb43REPfZKrSS7YcJBRu1NMmvAE7lAmaimixyZwMCgYEA3XSK2df+D21tBucPD2QFUVl4eNBLn0sFVo/DtvX+n1DzW4XQVldF',
  'MpyNdAQ5VlMttvqBkwekQ1M6n2pS3Gz57BuZrZwSYeRXOx8q/vmhnIEx96IOQsgYXuePsuy4hUjEnP2IXqkx231pmzW3T+Po9zHbA6cd51s+cnBttDlCng',
  'UCgYEAhBwEnuZX01kwIa8OdFelyS/IEM1J3KdCYgLbNQMsvLh91wRtOAe1hee97BHYKijuE9Znrubg9s1bjPfCscltw+5veVIO2dzta/44jRw+HZm0/Rgu',
  'Gi48FTqz/PexwU5jtWWw90+3KYNKRdcXpvrcJXcIIdZvGXvz0Phf2DfzFOMCgYB5TW8JKHC3jp7b2xC6w3TOPI3qz1284WEJKzJvM4vHRJYomcGmqaLzuC',
  'EbXXzythkiU1FKcjMd1acUzy6YIvE6zVt+ZzECggruDYKFq8NEcNgn5pKdLfF7eqeRwGzKRTO9MnrSLydqLOX96IyCrDpdvOdUtuOAaNBp6v+Mapj86QKB',
  'gCNz/foGjqbNoonyVJVfaVM5C5gnMjoD/x8Nwb5iHlAiDx1RVE3t/vYf3fFHYy5EweExVDEZ0eD9HyEOjg3x9noblGfhmMIe/y2sw9kJRtrtssfbY7b2Vv',
  'nvHj0BCLTpmVDxBEaEDrl4eA7ycile8a82ntIaAC3ZYcNRhO6T+hqH',
].join('');
