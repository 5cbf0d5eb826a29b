package convert

// GuestData is what cloud-init gets.
type GuestData struct{ User, Network string }

// WithWriteOnly returns the planned m with the write-only values of config,
// the only place where they are.
func (m Server) WithWriteOnly(config Server) Server {
	m.CloudInitWO, m.NetworkDataWO = config.CloudInitWO, config.NetworkDataWO
	if len(m.Users) > 0 {
		users := map[string]User{}
		for name, u := range m.Users {
			u.PasswordWO = config.Users[name].PasswordWO
			users[name] = u
		}
		m.Users = users
	}
	return m
}

// GuestData returns user data and network data, both with the write-only
// values that m holds. It fails when users cannot be merged into user data.
func (m Server) GuestData() (GuestData, error) {
	user, err := MergeUsers(either(m.CloudInitWO, m.CloudInit), m.Users)
	return GuestData{User: user, Network: either(m.NetworkDataWO, m.NetworkData)}, err
}
